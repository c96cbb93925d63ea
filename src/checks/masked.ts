import type { AuditHeader } from '../model/evidence.ts';
import type { Facts } from './define.ts';
import type { Dependency } from './dependency.ts';
import { isOnDisk } from './files.ts';
import { dependencyId } from './id.ts';

/** Ids of the findings of memory that keep a dependency's steps on one process. */
export function maskedBy(header: AuditHeader, dependencies: Facts['dependencies'], { suspicion }: Dependency): string[] {
  const session = header.sessions[suspicion.session];
  return dependencies.flatMap((other) => {
    const { sources, step, affected } = other.suspicion;
    const last = Math.max(step, ...affected);
    const spans = Math.min(step, ...sources) < suspicion.step && suspicion.step <= last;
    const masks = session !== undefined && other.suspicion.session === suspicion.session && !isOnDisk(other.suspicion) && spans;
    return masks ? [dependencyId(other.cause, session, other.suspicion)] : [];
  });
}
