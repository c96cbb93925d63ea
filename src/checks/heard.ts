import type { AuditHeader, BesideAttempt, Coverage, EvidenceRecord, Problem, Suspicion } from '../model/evidence.ts';
import type { Observation } from '../model/observation.ts';
import { learnOracle, type Oracle } from '../oracle/oracle.ts';

/** The audit's header, with its sessions as they were really played. */
export function headerOf(records: readonly EvidenceRecord[]): AuditHeader {
  const header = records.find((record): record is EvidenceRecord & { kind: 'audit' } => record.kind === 'audit');
  if (header === undefined) throw new Error('evidence without a header');
  const played = records.filter((record) => record.kind === 'session');
  return {
    ...header,
    sessions: header.sessions.map((session, index) => played.find((record) => record.session === index)?.summary ?? session),
  };
}

/** The records of an audit by their kinds, without those that do not count. */
export interface Heard {
  readonly observations: readonly Observation[];
  /** Trials that were learned from as if they were controls. */
  readonly learned: readonly number[];
  readonly beside: readonly BesideAttempt[];
  readonly suspicions: readonly Suspicion[];
  readonly coverage: readonly Coverage[];
  readonly problems: readonly Problem[];
  readonly interrupted: boolean;
}

/** The records without those of sessions that were begun afresh later. */
function counting(records: readonly EvidenceRecord[]): EvidenceRecord[] {
  const sessionOf = (record: EvidenceRecord) =>
    record.kind === 'observation' ? record.observation.session : 'session' in record ? record.session : null;
  return records.filter(
    (record, at) =>
      record.kind === 'session' ||
      sessionOf(record) === null ||
      !records.slice(at + 1).some((later) => later.kind === 'afresh' && later.session === sessionOf(record)),
  );
}

/** Sorts the records. */
export function hear(all: readonly EvidenceRecord[]): Heard {
  const records = counting(all);
  const end = records.find((record) => record.kind === 'end');
  return {
    observations: records.flatMap((record) => (record.kind === 'observation' ? [record.observation] : [])),
    learned: records.flatMap((record) => (record.kind === 'learned' ? [record.trial] : [])),
    beside: records.filter((record) => record.kind === 'beside'),
    suspicions: records.filter((record) => record.kind === 'suspicion'),
    coverage: records.filter((record) => record.kind === 'coverage').map(({ kind: _, ...coverage }) => coverage),
    problems: records.filter((record) => record.kind === 'problem').map(({ kind: _, ...problem }) => problem),
    interrupted: end?.kind !== 'end' || end.reason === 'interrupted',
  };
}

/** The oracle of a session: learned from its controls, and from the friendly arms of its suspicions' pairs, as the search did. */
export function learnFrom({ observations, learned }: Heard, session: number, { ignore }: AuditHeader): Oracle | null {
  const own = observations.filter(
    (observation) => observation.session === session && observation.broken === null && observation.schedule.axis === 'control',
  );
  const steps = Math.max(0, ...own.map((observation) => observation.exchanges.length));
  const whole = own.filter((observation) => observation.exchanges.length === steps);
  const controls = whole.filter(({ schedule }) => schedule.variant.kind === 'plain');
  if (controls.length === 0) return null;
  const more = observations.filter((observation) => learned.includes(observation.trial) && observation.session === session);
  return learnOracle([...controls, ...more], { ignore, warm: whole.find(({ schedule }) => schedule.variant.kind === 'warm') });
}
