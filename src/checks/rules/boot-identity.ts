import { filesOpen } from '../facts/disks.ts';
import { mayBeOfBoot } from '../findings/cause.ts';
import { breachesOf, defineRule, type Facts, NO_SPLITS } from './define-rule.ts';

export const bootIdentity = defineRule({
  id: 'boot-identity',
  level: 'violation',
  clauses: ['C4', 'C5'],
  title: 'Nothing that visitors hold depends on one boot',
  failureTitle: 'A secret, key or id made at boot: what one process issued, another rejects',
  why: 'Every process, and every restart, makes its own; what visitors were given before is void.',
  fix: 'Take the secret from the environment or a secret store, the same for all processes and over restarts.',
  needs: ['dependencies', 'splits', 'restarts', 'isolation', 'open'],
  inspect: (facts) => ({
    breaches: breachesOf('boot-identity', facts),
    exercised: facts.splits + facts.restarts,
    idle: NO_SPLITS,
    open: unaskable(facts) ?? facts.open.any ?? filesOpen(facts),
  }),
});

/** Whether the experiment that tells this cause from others could not be made. */
function unaskable({ dependencies }: Pick<Facts, 'dependencies'>): string | null {
  const silent = dependencies.find(mayBeOfBoot);
  if (silent === undefined) return null;
  return `processes of this app could not be made to boot alike, so the cause at step ${silent.suspicion.step + 1} may be one of these too`;
}
