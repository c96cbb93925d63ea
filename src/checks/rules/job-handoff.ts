import { disksOpen, disksUnasked } from '../facts/disks.ts';
import { breachesOf, defineRule } from './define-rule.ts';

export const jobHandoff = defineRule({
  id: 'job-handoff',
  level: 'violation',
  clauses: ['C4'],
  title: 'Jobs find all that they need in backing services',
  failureTitle: 'A job and the request that began it hand files to each other on one disk',
  why: 'Who does the job runs elsewhere, with a disk of its own: what the web process wrote is not there, nor does anybody see there what the job has written.',
  fix: 'Put what is handed on into a backing service, such as object storage, and its key into the job.',
  needs: ['dependencies', 'jobs', 'isolation', 'open'],
  inspect: (facts) => ({
    breaches: breachesOf('job-handoff', facts),
    exercised: facts.jobs.apart,
    idle: 'nothing that a job needs or leaves was played with a disk for each process',
    open: disksOpen(facts) ?? facts.open.any,
    unasked: facts.jobs.types === 0 ? 'no process type but web ran (--formation)' : disksUnasked(facts),
  }),
});
