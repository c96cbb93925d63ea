import type { AuditHeader } from '../../model/evidence.ts';
import { judgedPairs } from './exercised.ts';
import type { SessionEvidence } from './session-evidence.ts';
import { sum } from './sum.ts';

/** What was judged of the work that requests begin. */
export interface Jobs {
  /** Process types that ran beside `web`. */
  readonly types: number;
  /** Steps that wait for an outcome. */
  readonly waits: number;
  /** Pairs of a write and a step that shows what it did, with a disk for each process that is asked nothing. */
  readonly apart: number;
  /** Such pairs of which the later step waits, between which a process ended in the midst of what the write began, counted by mode. */
  readonly deaths: number;
}

export function jobsOf({ companions }: AuditHeader, sessions: readonly SessionEvidence[]): Jobs {
  return {
    types: companions.length,
    waits: sum(sessions, ({ session }) => session.steps.filter(({ until }) => until !== null).length),
    apart: sum(sessions, (evidence) => (evidence.coverage?.jobs?.apart === true ? judgedPairs(evidence).length : 0)),
    deaths: sum(sessions, deathsBetween),
  };
}

function deathsBetween(evidence: SessionEvidence): number {
  const { jobs = null } = evidence.coverage ?? {};
  if (jobs === null) return 0;
  const pairs = judgedPairs(evidence).filter(([, reader]) => evidence.session.steps[reader]?.until != null);
  const boundaries = [...Object.values(jobs.deaths), ...Object.values(jobs.cut)];
  return sum(boundaries, (steps) => pairs.filter(([write, reader]) => steps.some((step) => step > write && step <= reader)).length);
}
