import { headerValues, type Observation } from '../../model/observation.ts';
import type { StateReport } from '../../model/report.ts';
import { SERVICE_TITLES } from '../../model/service.ts';
import { describeExpiry, spanOf } from '../../model/spans.ts';
import type { StoreChange } from '../../model/stores.ts';
import { isOnDisk, watchedControls } from './files.ts';
import { isScript } from './is-script.ts';
import { countAssets } from './page-assets.ts';
import type { SessionEvidence } from './session-evidence.ts';
import { kindOfKey, lookedControls, storedSessions } from './stored.ts';

/** Where one thing that a step left was seen. */
type Place = Pick<StateReport, 'place' | 'detail' | 'expiry'>;

const ENTRY = /^(?:log-?in|sign-?in|sign-?up|register|auth|sessions?|token|oauth2?|callback)$/i;
/** Parts of a path that name one thing of a kind. */
const ID = /^(?:\d+|[0-9a-f-]{12,}|.*‹.*|.*\d{3,}.*|\{.*\})$/i;
const MAX_PLACES = 3;

/**
 * Where each kind of state lives that a session has shown: its session, what its writes left, and assets. As seen in controls (stores, files and
 * cookies) and by findings (memory and disk).
 */
export function statePlaces(evidence: SessionEvidence): StateReport[] {
  const { effects, session } = evidence;
  if (isScript(session)) return [];
  const requestOf = (step: number) => `${session.steps[step]?.method} ${session.steps[step]?.target}`;
  const issuing = issuingSteps(evidence);
  const written = effects
    .filter(({ step, kind }) => kind !== 'asks' && kind !== 'refused' && !issuing.includes(step))
    .map(({ step }) => step);
  const rows = [
    ...sessionPlaces(evidence, issuing),
    ...written.flatMap((step) =>
      placesOf(evidence, step).map((place) => ({ what: nounOf(session.steps[step]?.target ?? ''), steps: [step], ...place })),
    ),
    ...assetPlaces(evidence),
  ];
  return merged(rows).map(({ steps, ...row }) => ({
    ...row,
    steps: steps.map((step) => step + 1),
    request: steps[0] === undefined ? '' : requestOf(steps[0]),
  }));
}

type Row = Place & { readonly what: string; readonly steps: readonly number[] };

/** Steps that hand out a cookie for the first time, as the first control shows them, or after which a session stands in a service. */
function issuingSteps(evidence: SessionEvidence): number[] {
  const given = new Set<string>();
  const cookies = (firstControl(evidence)?.exchanges ?? []).flatMap(({ step, reply }) => {
    const names =
      reply.outcome === 'answered' ? headerValues(reply.headers, 'set-cookie').map((line) => line.split('=', 1)[0] ?? '') : [];
    const isNew = names.some((name) => !given.has(name));
    for (const name of names) given.add(name);
    return isNew ? [step] : [];
  });
  return [...new Set([...cookies, ...storedSessions(evidence, 0).map(({ step }) => step)])].sort((a, b) => a - b);
}

function sessionPlaces(evidence: SessionEvidence, issuing: readonly number[]): Row[] {
  if (issuing.length === 0) return [];
  const what = issuing.some((step) => ENTRY.test(nounOf(evidence.session.steps[step]?.target ?? ''))) ? 'login' : 'session';
  const stored = storedSessions(evidence, 0).map(
    ({ service, key, type, expiry }): Place => ({
      place: SERVICE_TITLES[service],
      detail: `${key} (${type})`,
      expiry: describeExpiry(expiry),
    }),
  );
  const found = kept(evidence, issuing);
  const places = [...found, ...stored];
  const cookie: Place = { place: 'cookie', detail: cookieNames(evidence, issuing), expiry: cookieExpiry(evidence, issuing) };
  return (places.length === 0 ? [cookie] : places).map((place) => ({ what, steps: issuing, ...place }));
}

/** Where what a step left was seen; where it was seen nowhere, that is said. */
function placesOf(evidence: SessionEvidence, step: number): Place[] {
  const places = [...kept(evidence, [step]), ...changed(evidence, step), ...files(evidence, step)];
  if (places.length === 0) places.push(...keptWithin(evidence, step));
  if (places.length > 0) return places.slice(0, MAX_PLACES);
  const detail =
    lookedControls(evidence).length === 0
      ? 'no service was looked into (--service)'
      : 'nothing changed in the services that were looked into';
  return [{ place: 'not seen', detail, expiry: null }];
}

/** What findings say of these steps. */
function kept({ dependencies }: SessionEvidence, steps: readonly number[]): Place[] {
  const about = dependencies.filter(({ suspicion }) =>
    [...suspicion.sources, suspicion.moved].some((step) => steps.includes(step)),
  );
  return about.map(placeOf);
}

function placeOf({ cause, suspicion }: SessionEvidence['dependencies'][number]): Place {
  return { place: isOnDisk(suspicion) ? 'disk of one process' : 'memory of one process', detail: cause, expiry: 'lost with it' };
}

/** What is lost together with what a finding is about: a cart that is kept in the session. */
function keptWithin({ dependencies, effects }: SessionEvidence, step: number): Place[] {
  const readers = effects.find((effect) => effect.step === step)?.readers.map((reader) => reader.step) ?? [];
  const about = dependencies.find(({ suspicion }) =>
    [...suspicion.affected, suspicion.step].some((one) => one === step || readers.includes(one)),
  );
  return about === undefined ? [] : [placeOf(about)];
}

/** What every control saw it change in services. */
function changed(evidence: SessionEvidence, step: number): Place[] {
  const [first, ...others] = lookedControls(evidence).map(({ stores }) => (stores?.changes ?? []).filter(isWrite(step)));
  const places = (first ?? [])
    .filter((one) =>
      others.every((changes) =>
        changes.some((other) => other.service === one.service && kindOfKey(other.key) === kindOfKey(one.key)),
      ),
    )
    .map(({ service, key, type, expiry }) => ({
      place: SERVICE_TITLES[service],
      detail: `${kindOfKey(key)} (${type})`,
      // Nobody expects a record to go by itself.
      expiry: type === 'row' && expiry.kind === 'never' ? null : describeExpiry(expiry),
    }));
  const inOrder = places.toSorted((a, b) => (`${a.place} ${a.detail}` < `${b.place} ${b.detail}` ? -1 : 1));
  return [...new Map(inOrder.map((place) => [`${place.place} ${place.detail}`, place])).values()];
}

function isWrite(step: number) {
  return (change: StoreChange) => change.step === step && change.change !== 'removed';
}

/** What every control saw it write to the disk, but for logs, locks, caches and the like. */
function files(evidence: SessionEvidence, step: number): Place[] {
  const [first, ...others] = watchedControls(evidence).map(({ journal }) =>
    (journal?.entries ?? []).filter(
      (entry) =>
        entry.step === step && ['upload', 'session', 'database', 'other'].includes(entry.kind) && entry.change !== 'deleted',
    ),
  );
  if (first === undefined || first.length === 0 || others.some((entries) => entries.length === 0)) return [];
  return [{ place: 'disk', detail: first[0]?.path ?? '', expiry: null }];
}

function assetPlaces(evidence: SessionEvidence): Row[] {
  const steps = evidence.session.steps.flatMap(({ kind }, step) => (kind === 'asset' ? [step] : []));
  if (steps.length === 0 || countAssets(evidence) === 0) return [];
  const isMade = evidence.dependencies.some(({ cause }) => cause === 'runtime-assets');
  const place = isMade ? 'disk of one process' : 'the build';
  return [{ what: 'assets', steps, place, detail: isMade ? 'runtime-assets' : 'served alike by every process', expiry: null }];
}

function firstControl(evidence: SessionEvidence): Observation | undefined {
  return evidence.observations.find(({ schedule, broken }) => schedule.axis === 'control' && broken === null);
}

function cookieLines(evidence: SessionEvidence, steps: readonly number[]): string[] {
  return (firstControl(evidence)?.exchanges ?? []).flatMap(({ step, reply }) =>
    steps.includes(step) && reply.outcome === 'answered' ? headerValues(reply.headers, 'set-cookie') : [],
  );
}

function cookieNames(evidence: SessionEvidence, steps: readonly number[]): string {
  return [...new Set(cookieLines(evidence, steps).map((line) => line.split('=', 1)[0]))].join(', ');
}

function cookieExpiry(evidence: SessionEvidence, steps: readonly number[]): string {
  const at = Date.parse(firstControl(evidence)?.at ?? '');
  const lives = cookieLines(evidence, steps).map((line) => {
    const age = /;\s*max-age=(\d+)/i.exec(line)?.[1];
    const until = /;\s*expires=([^;]+)/i.exec(line)?.[1];
    return age !== undefined ? Number(age) * 1000 : until !== undefined ? Date.parse(until) - at : Number.NaN;
  });
  const longest = Math.max(...lives.filter((life) => life > 0));
  return Number.isFinite(longest) ? `expires in ${spanOf(longest)}` : 'gone with the browser';
}

/** What a path is about: its last part that is no id. */
function nounOf(target: string): string {
  const parts = (target.split('?', 1)[0] ?? '').split('/').filter((part) => part !== '' && !ID.test(part));
  return parts.at(-1)?.replace(/\.\w+$/, '') ?? '/';
}

/** Rows of the same thing at the same place as one. */
function merged(rows: readonly Row[]): Row[] {
  const found = new Map<string, Row>();
  for (const row of rows) {
    const id = [row.what, row.place, row.detail, row.expiry].join('\n');
    const known = found.get(id);
    found.set(id, known === undefined ? row : { ...known, steps: [...new Set([...known.steps, ...row.steps])] });
  }
  return [...found.values()];
}
