import { breachesOf, defineRule } from './define-rule.ts';

export const leftoverRun = defineRule({
  id: 'leftover-run',
  level: 'violation',
  clauses: ['C1', 'C3'],
  title: 'A script finds nothing that an earlier run has left',
  failureTitle: 'A script needs, or trips over, what an earlier run has left on the disk',
  why: 'The next run may be on another machine, or find what a run has left that was killed: what the script does then is not what it does the first time.',
  fix: 'Work in a temporary folder of its own (mkdtemp), write over what is there, and keep what must last from run to run (checkpoints, locks) in a backing service.',
  needs: ['dependencies', 'runs', 'open'],
  inspect: (facts) => ({
    breaches: breachesOf('leftover-run', facts),
    exercised: facts.runs?.again ?? 0,
    idle: 'the script was not run again on a disk that it had left',
    open: facts.open.any,
    unasked: facts.runs === null ? 'no script was audited (--script)' : null,
  }),
});
