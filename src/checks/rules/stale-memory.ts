import { breachesOf, defineRule, NO_SPLITS } from './define-rule.ts';

export const staleMemory = defineRule({
  id: 'stale-memory',
  level: 'violation',
  clauses: ['C3', 'C4'],
  title: 'No process answers from an outdated copy',
  failureTitle: 'A process answers from a copy in its memory that has become outdated',
  why: 'The change was made, but this process has not heard of it and answers with what was true before.',
  fix: 'Read it from the store on every request, share the cache, or have every process told of the change at once.',
  needs: ['dependencies', 'splits', 'triples', 'open'],
  inspect: (facts) => ({
    breaches: breachesOf('stale-memory', facts),
    exercised: facts.splits + facts.triples,
    idle: NO_SPLITS,
    open: facts.open.memory,
  }),
});
