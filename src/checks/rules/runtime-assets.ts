import { disksOpen, disksUnasked } from '../facts/disks.ts';
import { breachesOf, defineRule } from './define-rule.ts';

export const runtimeAssets = defineRule({
  id: 'runtime-assets',
  level: 'advice',
  clauses: ['C6'],
  title: 'Assets are there before the first request',
  failureTitle: 'An asset is compiled while the app serves, and only the process that did so has it',
  why: 'A page from one process refers to a style sheet or script that another one does not have: visitors get broken pages after a deploy, and with more than one process.',
  fix: 'Compile assets in the build stage, so that every process starts with them: precompile, collectstatic, compress, or bundle.',
  needs: ['dependencies', 'disks', 'assets', 'isolation', 'open'],
  inspect: (facts) => ({
    breaches: breachesOf('runtime-assets', facts),
    exercised: facts.disks.splits > 0 ? facts.assets : 0,
    idle: 'no two steps could be served from different disks',
    open: disksOpen(facts) ?? facts.open.any,
    unasked:
      disksUnasked(facts) ?? (facts.assets === 0 ? 'no page of the sessions refers to a style sheet, script or the like' : null),
  }),
});
