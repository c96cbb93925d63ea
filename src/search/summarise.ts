import type { SessionSummary } from '../model/evidence.ts';
import { type Session, templateText } from '../model/session.ts';

/** A session as evidence and reports show it. */
export function summarise(session: Session): SessionSummary {
  const steps = session.steps.map(({ name, line, visitor, method, target, follows, asset, echo, declared, until }) => ({
    name,
    line,
    visitor,
    method,
    target: templateText(target),
    follows,
    kind: asset !== null ? ('asset' as const) : echo !== null ? ('echo' as const) : ('own' as const),
    declared,
    until: until === null ? null : until.text,
  }));
  return { name: session.name, file: session.file, steps };
}
