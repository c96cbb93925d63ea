import type { Exchange, Observation } from '../../model/observation.ts';
import { normalise } from '../values/normalise.ts';
import { isList, isRecord, type Value } from '../values/value.ts';

/** How often a reply was as if a write had never been, of plays with it and of plays without it on the same process. */
export interface Chance {
  readonly kept: number;
  readonly lost: number;
  readonly without: number;
}

/** A verdict is given only if noise would give the same in fewer than one of so many experiments. */
const LEAST_ODDS = 100_000;
/** Parts of one reply that are looked at. */
const MAX_PARTS = 3_000;

type States = ReadonlyMap<string, string>;

/**
 * Whether one process keeps a write by chance: all plays without it answered `step` alike in some parts, some of the plays with it answered
 * otherwise there, and some just as without it. Fisher's exact test (one-sided) tells it from noise that comes and goes by itself; `null`: it
 * is not told apart.
 */
export function lostByChance(plays: readonly Observation[], step: number): Chance | null {
  const { chance, odds } = weigh(plays, step);
  return chance !== null && odds * LEAST_ODDS < 1 ? chance : null;
}

/** Whether more plays might still show it. `plays`: in the order they were played. */
export function mayBeChance(plays: readonly Observation[], step: number): boolean {
  const { chance, lost } = weigh(plays, step);
  return chance !== null && chance.kept > 0 && chance.without > 0 && !isDrift(lost);
}

/** So many plays tell a change that stays (a list that grows with each visitor) from one that comes and goes. */
const ENOUGH_FOR_DRIFT = 16;

/**
 * Whether a write was lost in one stretch that begins or ends the plays, or lies between a few that kept it: a list that grows shows its first
 * and its last entries as no other play does. Chance does not do so for long.
 */
function isDrift(lost: readonly boolean[]): boolean {
  const turns = lost.filter((one, at) => at > 0 && one !== lost[at - 1]).length;
  return lost.length >= ENOUGH_FOR_DRIFT && (turns <= 1 || (turns === 2 && lost[0] === false));
}

/** `lost`: of each whole play, whether its reply was as if the write had never been. */
function weigh(plays: readonly Observation[], step: number): { chance: Chance | null; odds: number; lost: readonly boolean[] } {
  const statesOf = (isWhole: boolean) =>
    plays.flatMap(({ schedule: { variant }, exchanges, generated, broken }) => {
      const exchange = exchanges[step];
      const counts = variant.kind === 'chance' && (variant.steps.length === 0) === isWhole && broken === null;
      return counts && exchange !== undefined ? [states(exchange, generated)] : [];
    });
  const [wholes, others] = [statesOf(true), statesOf(false)];
  const [first] = others;
  if (first === undefined) return { chance: null, odds: 1, lost: [] };
  const paths = new Set([...wholes, ...others].flatMap((one) => [...one.keys()]));
  const telling = [...paths].filter(
    (path) => others.every((one) => one.get(path) === first.get(path)) && wholes.some((one) => one.get(path) !== first.get(path)),
  );
  const isLost = wholes.map((one) => telling.every((path) => one.get(path) === first.get(path)));
  const lost = isLost.filter(Boolean).length;
  const kept = wholes.length - lost;
  const chance = lost === 0 ? null : { kept, lost, without: others.length };
  return { chance, odds: fisher(kept, wholes.length, others.length), lost: isLost };
}

/** The probability that all of the `hits` fall among the first `n` of `n + m`, should it be chance where they fall. */
function fisher(hits: number, n: number, m: number): number {
  let odds = 1;
  for (let i = 0; i < hits; i++) odds *= (n - i) / (n + m - i);
  return odds;
}

/** Steps that the same process, or others like it, answered in a few ways that come back: neither alike nor another each time. */
export function doubtfulSteps(plays: readonly Observation[]): number[] {
  const steps = Math.max(0, ...plays.map(({ exchanges }) => exchanges.length));
  return Array.from({ length: steps }, (_, step) => step).filter((step) => {
    const all = plays.flatMap(({ exchanges, generated }) => {
      const exchange = exchanges[step];
      return exchange === undefined ? [] : [states(exchange, generated)];
    });
    return [...new Set(all.flatMap((one) => [...one.keys()]))].some((path) => {
      const values = new Set(all.map((one) => one.get(path)));
      return values.size > 1 && values.size < all.length;
    });
  });
}

/** What was read of replies: a search weighs its plays anew with each further one. */
const known = new WeakMap<Exchange, States>();

function states(exchange: Exchange, generated: Observation['generated']): States {
  const read = known.get(exchange) ?? readStates(exchange, generated);
  known.set(exchange, read);
  return read;
}

/** The parts of a reply by path; what the session itself made up for the play stands there by its name. */
function readStates({ reply }: Exchange, generated: Observation['generated']): States {
  const own = Object.entries(generated).filter(([, value]) => value.length >= 3);
  const named = (text: string) => own.reduce((left, [key, value]) => left.replaceAll(value, `{{${key}}}`), text);
  const found = new Map<string, string>();
  const note = (value: Value, path: string) => {
    if (found.size >= MAX_PARTS) return;
    if (isList(value)) {
      found.set(`${path}.length`, String(value.length));
      for (const [at, item] of value.entries()) note(item, `${path}[${at}]`);
    } else if (isRecord(value)) for (const [key, item] of Object.entries(value)) note(item, `${path}.${named(key)}`);
    else found.set(path, named(String(value)));
  };
  note(normalise(reply), '');
  return found;
}
