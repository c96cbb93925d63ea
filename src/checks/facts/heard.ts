import type { Ignore } from '../../model/config.ts';
import type { Coverage } from '../../model/coverage.ts';
import type { AuditHeader, BesideAttempt, EvidenceRecord, IdleWatch, Problem, Suspicion } from '../../model/evidence.ts';
import type { Observation } from '../../model/observation.ts';
import type { Variant } from '../../model/schedule.ts';
import type { Oracle } from '../../oracle/compare/judge-step.ts';
import { learnOracle } from '../../oracle/learn/learn-oracle.ts';

/** The audit's header, with its sessions as they were really played. */
export function headerOf(records: readonly EvidenceRecord[]): AuditHeader {
  const header = records.find((record): record is EvidenceRecord & { kind: 'audit' } => record.kind === 'audit');
  if (header === undefined) throw new Error('evidence without a header');
  const played = records.filter((record) => record.kind === 'session');
  return {
    ...header,
    sessions: header.sessions.map((session, index) => played.findLast((record) => record.session === index)?.summary ?? session),
  };
}

/** The records of an audit by their kinds, without those that do not count. */
export interface Heard {
  readonly observations: readonly Observation[];
  /** Later trials on one process that were learned from. */
  readonly learned: readonly number[];
  readonly beside: readonly BesideAttempt[];
  readonly idle: readonly IdleWatch[];
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
    idle: records.filter((record) => record.kind === 'idle'),
    suspicions: lastOfEach(records.filter((record) => record.kind === 'suspicion')),
    coverage: records.filter((record) => record.kind === 'coverage').map(({ kind: _, ...coverage }) => coverage),
    problems: records.filter((record) => record.kind === 'problem').map(({ kind: _, ...problem }) => problem),
    interrupted: end?.kind !== 'end' || end.reason === 'interrupted',
  };
}

/** Suspicions are recorded again when more is known of them. */
function lastOfEach(suspicions: readonly Suspicion[]): Suspicion[] {
  return [...new Map(suspicions.map((one) => [`${one.session},${one.number}`, one])).values()];
}

/** Whole plays of a session on one process each, and the second one on the first of them. */
export function controlsOf(
  { observations, learned }: Pick<Heard, 'observations' | 'learned'>,
  session: number,
): { readonly controls: readonly Observation[]; readonly warm: Observation | undefined } {
  const own = observations.filter((one) => one.session === session && one.broken === null && one.schedule.axis === 'control');
  const isOf = (kind: Variant['kind']) => (one: Observation) => one.schedule.variant.kind === kind;
  const steps = Math.max(0, ...own.filter(isOf('plain')).map(({ exchanges }) => exchanges.length));
  const whole = own.filter(({ exchanges }) => exchanges.length === steps);
  const plain = whole.filter(isOf('plain'));
  const more = observations.filter((one) => learned.includes(one.trial) && one.session === session && !plain.includes(one));
  return { controls: [...plain, ...more], warm: whole.find(isOf('warm')) };
}

/** The oracle of a session: learned from its controls, and from later plays on one process, as the search did; up to a trial, if one is named. */
export function learnFrom(
  heard: Pick<Heard, 'observations' | 'learned'>,
  session: number,
  { ignore, upTo = Number.POSITIVE_INFINITY }: { ignore: Ignore; upTo?: number },
): Oracle | null {
  const { controls, warm } = controlsOf(heard, session);
  const known = controls.filter(({ trial }) => trial <= upTo);
  return known.length === 0 ? null : learnOracle(known, { ignore, warm });
}
