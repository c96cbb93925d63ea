import { isMet } from './behind.ts';
import type { Dependency } from './dependency.ts';
import { isOnDisk } from './files.ts';
import { dependencyId } from './id.ts';
import type { SessionEvidence } from './session-evidence.ts';

/** Ids of the findings of memory that keep a dependency's steps on one process; none that was looked behind. */
export function maskedBy({ session, dependencies, coverage }: SessionEvidence, { suspicion }: Dependency): string[] {
  return dependencies.flatMap((other) => {
    const { sources, step, affected } = other.suspicion;
    const last = Math.max(step, ...affected);
    const spans = Math.min(step, ...sources) < suspicion.step && suspicion.step <= last;
    const masks = !isOnDisk(other.suspicion) && spans && !isMet(coverage?.behind ?? null, other.suspicion);
    return masks ? [dependencyId(other.cause, session, other.suspicion)] : [];
  });
}
