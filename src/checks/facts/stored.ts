import type { Observation } from '../../model/observation.ts';
import type { ServiceName } from '../../model/service.ts';
import type { Expiry, StoreChange } from '../../model/stores.ts';
import type { Dependency } from './dependency.ts';
import type { SessionEvidence } from './session-evidence.ts';

/** An entry of a visitor's session in a service, as every control showed it. */
export interface StoredSession {
  readonly session: number;
  readonly service: ServiceName;
  /** Key, with `‹session›` for what the visitor was handed out. */
  readonly key: string;
  readonly type: string;
  /** The step that added it, 0-based. */
  readonly step: number;
  /** The latest of all controls. */
  readonly expiry: Expiry;
  /** Controls that showed it. */
  readonly plays: readonly number[];
}

/** A service that the app was given and has not written to, while something was kept elsewhere. */
export interface Fallback {
  readonly service: ServiceName;
  /** What was kept in a process, or on its disk. */
  readonly dependency: Dependency;
  /** Controls in which it was looked into. */
  readonly plays: readonly number[];
}

/** Controls whose services were looked into. */
export function lookedControls({ observations }: Pick<SessionEvidence, 'observations'>): Observation[] {
  return observations.filter(({ schedule, stores, broken }) => schedule.axis === 'control' && stores !== null && broken === null);
}

/** Entries of sessions in services, each once: named after what the visitor was handed out, by the step that did so, in two controls at least. */
export function storedSessions(evidence: SessionEvidence, session: number): StoredSession[] {
  const controls = lookedControls(evidence);
  const found = new Map<string, StoredSession>();
  for (const { trial, stores } of controls) {
    const changes = stores?.changes ?? [];
    for (const change of changes) {
      const { service, type, step, isSession } = change;
      if (!isSession || change.change !== 'added') continue;
      const key = kindOfKey(change.key);
      const id = `${service} ${key}`;
      const known = found.get(id);
      const expiry = laterOf(known?.expiry, lastExpiry(changes, change));
      const plays = [...new Set([...(known?.plays ?? []), trial])];
      found.set(id, { session, service, key, type, step: Math.min(step, known?.step ?? step), expiry, plays });
    }
  }
  return [...found.values()]
    .filter(({ plays }) => plays.length >= 2)
    .sort((a, b) => a.step - b.step || (`${a.service} ${a.key}` < `${b.service} ${b.key}` ? -1 : 1));
}

/** Services that nothing was written to in any control, with what was kept in processes meanwhile: what holds a visitor's session comes first. */
export function fallbacksOf(sessions: readonly SessionEvidence[]): Fallback[] {
  const controls = sessions.flatMap(lookedControls);
  const dependency =
    sessions.flatMap(({ dependencies }) => dependencies).find(({ cause }) => cause === 'sticky-session') ??
    sessions.flatMap(({ dependencies }) => dependencies).find(({ cause }) => KEPT.has(cause));
  if (dependency === undefined || controls.length < 2) return [];
  const unused = (name: ServiceName) =>
    controls.every(({ stores }) => {
      const looked = stores?.services.find((one) => one.name === name);
      return (
        looked !== undefined && !looked.truncated && !looked.isWritten && !stores?.changes.some(({ service }) => service === name)
      );
    });
  return namesIn(controls)
    .filter(unused)
    .map((service) => ({ service, dependency, plays: controls.map(({ trial }) => trial) }));
}

/** Rules whose findings are about what a process keeps. */
const KEPT: ReadonlySet<string> = new Set(['process-memory', 'restart-loss', 'local-disk', 'stale-memory']);

/** Services that were looked into, each once. */
export function lookedServices(sessions: readonly SessionEvidence[]): ServiceName[] {
  return namesIn(sessions.flatMap(lookedControls));
}

function namesIn(controls: readonly Observation[]): ServiceName[] {
  return [...new Set(controls.flatMap(({ stores }) => (stores?.services ?? []).map(({ name }) => name)))];
}

/** How an entry stood when the play was over. */
function lastExpiry(changes: readonly StoreChange[], { service, key, expiry }: StoreChange): Expiry {
  return changes.findLast((one) => one.service === service && one.key === key && one.change !== 'removed')?.expiry ?? expiry;
}

/** The one of two that lasts longer. */
function laterOf(a: Expiry | undefined, b: Expiry): Expiry {
  if (a === undefined || b.kind === 'never') return b;
  if (a.kind === 'never' || b.kind === 'swept') return a;
  return a.kind === 'swept' || b.ms > a.ms ? b : a;
}

/** A key without what differs from visitor to visitor: ids, numbers, hashes. */
export function kindOfKey(key: string): string {
  return key.replace(
    /(?<!‹)(?<![\p{L}\p{N}])(?=[\w-]*\d)[\w-]{6,}(?![\p{L}\p{N}›])|(?<![\p{L}\p{N}_-])[A-Za-z\d_-]{20,}(?![\p{L}\p{N}_-])|(?<=[:,])\d+(?=$|[:,])/gu,
    '‹id›',
  );
}
