import { breachesOf, defineRule } from './define-rule.ts';

export const lostWork = defineRule({
  id: 'lost-work',
  level: 'violation',
  clauses: ['C4', 'C5'],
  title: 'Work that was accepted is done, whoever dies',
  failureTitle: 'Work that was accepted dies with the process that was at it',
  why: 'The visitor was told that it would be done. It was known to one process alone, in its memory, and nobody takes it up when that process ends.',
  fix: 'Write the job to a queue in a backing service before the request is answered, and take it out there only when it is done.',
  needs: ['dependencies', 'jobs', 'open'],
  inspect: (facts) => ({
    breaches: breachesOf('lost-work', facts),
    exercised: facts.jobs.deaths,
    idle: 'no process ended between a request that begins work and the step that waits for it',
    open: facts.open.any,
    unasked: facts.jobs.waits === 0 ? 'no step waits for the outcome of work (# @until)' : null,
  }),
});
