import { breachesOf, defineRule, NO_SPLITS } from './define.ts';

export const bootIdentity = defineRule({
  id: 'boot-identity',
  level: 'violation',
  clauses: ['C4', 'C5'],
  title: 'Nothing that visitors hold depends on one boot',
  failureTitle: 'A secret, key or id made at boot: what one process issued, another rejects',
  why: 'Every process, and every restart, makes its own; what visitors were given before is void.',
  fix: 'Take the secret from the environment or a secret store, the same for all processes and over restarts.',
  needs: ['dependencies', 'splits', 'restarts'],
  inspect: (facts) => ({ breaches: breachesOf('boot-identity', facts), exercised: facts.splits + facts.restarts, idle: NO_SPLITS }),
});
