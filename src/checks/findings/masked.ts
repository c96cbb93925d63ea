import type { Dependency } from '../facts/dependency.ts';
import { isOfWorkAlone, isOnDisk } from '../facts/files.ts';
import { isMet } from '../facts/looked-behind.ts';
import type { SessionEvidence } from '../facts/session-evidence.ts';
import { dependencyId } from './id.ts';

/** Ids of the findings of memory that keep a dependency's steps on one process; none that was looked behind. */
export function maskedBy({ session, dependencies, coverage }: SessionEvidence, { suspicion }: Dependency): string[] {
  return dependencies.flatMap((other) => {
    const { sources, step, affected } = other.suspicion;
    const last = Math.max(step, ...affected);
    const spans = Math.min(step, ...sources) < suspicion.step && suspicion.step <= last;
    const masks =
      !isOnDisk(other.suspicion) && !isOfWorkAlone(other.suspicion) && spans && !isMet(coverage?.behind ?? null, other.suspicion);
    return masks ? [dependencyId(other.cause, session, other.suspicion)] : [];
  });
}
