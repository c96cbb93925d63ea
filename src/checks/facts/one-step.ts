import { isAssetStep } from '../../model/evidence.ts';
import type { Observation } from '../../model/observation.ts';
import type { SessionEvidence } from './session-evidence.ts';

/**
 * Controls of a session of which the first step alone is judged, as where it has one. Each played it on a process that had just booted, on a disk
 * where nothing had been written: no restart and no other disk could part it from anything.
 */
export function countFresh(evidence: SessionEvidence): number {
  return playsOfOneStep(evidence, ({ schedule }) => schedule.axis === 'control' && schedule.variant.kind === 'plain');
}

/** Plays of such a session by a second process, beside the first. */
export function countAway(evidence: SessionEvidence): number {
  return playsOfOneStep(evidence, ({ schedule }) => schedule.axis === 'sibling' && schedule.variant.kind === 'plain');
}

function playsOfOneStep(
  { session, coverage, observations }: SessionEvidence,
  counts: (observation: Observation) => boolean,
): number {
  const judged = (coverage?.judged ?? []).filter((step) => !isAssetStep(session, step));
  if (judged.length !== 1 || judged[0] !== 0) return 0;
  return observations.filter((observation) => observation.broken === null && counts(observation)).length;
}
