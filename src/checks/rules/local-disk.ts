import { disksOpen, disksUnasked } from '../facts/disks.ts';
import { breachesOf, defineRule } from './define-rule.ts';

export const localDisk = defineRule({
  id: 'local-disk',
  level: 'violation',
  clauses: ['C2', 'C3', 'C4', 'C5'],
  title: "No request needs a file on one process's disk",
  failureTitle: 'A later request needs a file that an earlier one left on the disk of its process',
  why: 'Other processes have disks of their own, and a restart elsewhere begins with an empty one: what was written or deleted is not seen there.',
  fix: 'Keep it in a backing service: uploads in object storage, records in a database.',
  needs: ['dependencies', 'disks', 'isolation', 'open'],
  inspect: (facts) => ({
    breaches: breachesOf('local-disk', facts),
    exercised: facts.disks.splits + facts.disks.relocations + facts.disks.wipes,
    idle: 'no two steps could be served from different disks',
    open: disksOpen(facts) ?? facts.open.any,
    unasked: disksUnasked(facts),
  }),
});
