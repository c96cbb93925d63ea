import { defineRule } from './define-rule.ts';

export const duplicateSchedule = defineRule({
  id: 'duplicate-schedule',
  level: 'advice',
  clauses: ['C1'],
  title: 'Scheduled work is done once, however many processes run',
  failureTitle: 'Every process does the scheduled work',
  why: 'With three processes the mail is sent three times, and the report written three times. It is seen when the app is scaled out for the first time.',
  fix: 'Let one process do it: a process type of its own (clock) that runs once, the scheduler of the platform, or a lease in a backing service.',
  needs: ['schedules', 'watches'],
  inspect: ({ schedules, watches }) => ({
    breaches: schedules.map((effect) => ({ kind: 'schedule', effect })),
    exercised: watches,
    idle: 'the app was not watched while it was idle',
    open: null,
    unasked: watches === 0 ? 'no service that holds the same in every trial was watched (--service)' : null,
  }),
});
