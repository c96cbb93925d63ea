import { breachesOf, defineRule, NO_SPLITS } from './define-rule.ts';

export const processMemory = defineRule({
  id: 'process-memory',
  level: 'violation',
  clauses: ['C2', 'C3', 'C4'],
  title: "No data is kept in a process's memory",
  failureTitle: 'Data written by one request lives in the memory of one process',
  why: 'Another process answers as if the write had never happened, and a restart loses it.',
  amongWrites: {
    failureTitle: "Processes write by what each of them remembers, and undo or hide each other's work",
    why: 'Each process goes by what it has in memory (a counter, a copy of the record). Where two of them write, the work of one is lost or not found, whoever is asked for it.',
  },
  fix: 'Keep what must last (records, counters, limits, locks, idempotency keys) in a backing service.',
  needs: ['dependencies', 'splits', 'open'],
  inspect: (facts) => ({
    breaches: breachesOf('process-memory', facts),
    exercised: facts.splits,
    idle: NO_SPLITS,
    open: facts.open.memory,
  }),
});
