import type { AuditHeader, SessionSummary } from '../../model/evidence.ts';
import type { StepReference } from '../../model/finding.ts';

/** The session of that number. */
export function sessionOf({ sessions }: AuditHeader, index: number): SessionSummary {
  return sessions[index] ?? { name: '', file: '', steps: [] };
}

/** Steps of a session as findings name them. */
export function referenceIn({ steps }: SessionSummary): (step: number) => StepReference {
  return (step) => ({
    number: step + 1,
    name: steps[step]?.name ?? null,
    request: `${steps[step]?.method ?? ''} ${steps[step]?.target ?? ''}`,
  });
}
