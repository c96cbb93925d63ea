import { breachesOf, defineRule } from './define-rule.ts';

export const restartLoss = defineRule({
  id: 'restart-loss',
  level: 'violation',
  clauses: ['C5'],
  title: 'A restart changes nothing for visitors',
  failureTitle: 'A restart alone changes what visitors see',
  why: 'Deploys, config changes and crashes restart processes at any time; what is lost or reset then is lost for visitors.',
  fix: 'Write to a backing service when the request is served, and let neither an exit nor a boot reset anything there.',
  needs: ['dependencies', 'restarts', 'open'],
  inspect: (facts) => ({
    breaches: breachesOf('restart-loss', facts),
    exercised: facts.restarts,
    idle: 'no step could be played after a restart',
    open: facts.open.memory,
  }),
});
