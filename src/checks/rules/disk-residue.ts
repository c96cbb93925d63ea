import { disksOpen, disksUnasked } from '../facts/disks.ts';
import { defineRule } from './define-rule.ts';

export const diskResidue = defineRule({
  id: 'disk-residue',
  level: 'note',
  clauses: ['C3'],
  title: 'Requests leave no files behind',
  failureTitle: 'A request leaves files behind that nothing was seen to need',
  why: 'A disk is scratch space within one request. What stays adds up until the disk is full, or somebody comes to rely on it.',
  fix: 'Remove the file when the request is served, also when it fails.',
  needs: ['residue', 'disks', 'isolation'],
  inspect: (facts) => ({
    breaches: facts.residue.map((residue) => ({ kind: 'residue', residue })),
    exercised: facts.disks.watched,
    idle: 'no step was played while its disk was watched',
    open: disksOpen(facts),
    unasked: disksUnasked(facts),
  }),
});
