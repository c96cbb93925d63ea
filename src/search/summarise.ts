import type { SessionSummary } from '../model/evidence.ts';
import { type Session, templateText } from '../model/session.ts';

/** A session as evidence and reports show it. */
export function summarise(session: Session): SessionSummary {
  const steps = session.steps.map(({ name, line, visitor, method, target, follows, asset }) => ({
    name,
    line,
    visitor,
    method,
    target: templateText(target),
    follows,
    isAsset: asset !== null,
  }));
  return { name: session.name, file: session.file, steps };
}
