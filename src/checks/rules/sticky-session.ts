import { filesOpen } from '../facts/disks.ts';
import { breachesOf, defineRule, NO_SPLITS } from './define-rule.ts';

export const stickySession = defineRule({
  id: 'sticky-session',
  level: 'violation',
  clauses: ['C2', 'C3', 'C4', 'C7'],
  title: "Any process can serve the visitor's session",
  failureTitle: "The visitor's session lives in one process",
  why: 'Another process, or the same one after a restart, has never heard of this visitor.',
  onDisk: {
    failureTitle: "The visitor's session lives on the disk of one process",
  },
  fix: 'Keep session data in a store that all processes share and that expires, such as Redis, or in a signed cookie.',
  needs: ['dependencies', 'splits', 'isolation', 'open'],
  inspect: (facts) => ({
    breaches: breachesOf('sticky-session', facts),
    exercised: facts.splits,
    idle: NO_SPLITS,
    open: facts.open.any ?? filesOpen(facts),
  }),
});
