import { headerValues, type Observation } from '../../model/observation.ts';
import { compareObservation, startComparison } from '../compare/comparison.ts';
import type { Difference } from '../compare/expectation.ts';
import type { Oracle, StepResult } from '../compare/judge-step.ts';
import { subtract } from '../compare/subtract.ts';

/** What a step does, as seen by leaving it out, or by having it write something else: later replies that are otherwise then. */
export interface Effect {
  /** 0-based. */
  readonly step: number;
  readonly readers: readonly Reader[];
  /** Steps that show it as well, and are left out of the comparison by name or by default. */
  readonly hidden: readonly Reader[];
}

/** A later step whose reply differs, and where, as paths. */
export interface Reader {
  readonly step: number;
  readonly paths: readonly string[];
}

/**
 * The effect of every step that was left out or changed in one of these plays (variants `omit` and `change`), the mutation test of a session:
 * what notices it has read what the step did. What differs in a whole play on the same process as well does not count, and neither does the
 * page that the step's own redirect leads to. A play that ends before the assets are fetched tells nothing of them.
 */
export function effectsOf(oracle: Oracle, plays: readonly Observation[], { follows = [] }: { follows?: Follows } = {}): Effect[] {
  const all = withHidden(oracle);
  const mutations = plays.filter((play) => mutatedStep(play) !== null && play.broken === null);
  const steps = [...new Set(mutations.map((play) => mutatedStep(play) ?? 0))].sort((a, b) => a - b);
  return steps.map((step) => {
    const paths = new Map<number, Set<string>>();
    for (const play of mutations.filter((one) => mutatedStep(one) === step))
      for (const reader of noticed(all, plays, { play, step }))
        if (!leadsTo(follows, step, reader.step))
          paths.set(reader.step, new Set([...(paths.get(reader.step) ?? []), ...reader.paths]));
    const readers = [...paths].sort(([a], [b]) => a - b).map(([at, found]): Reader => ({ step: at, paths: [...found] }));
    const isJudged = (at: number) => oracle.steps[at]?.unjudgeable === null;
    return { step, readers: readers.filter((one) => isJudged(one.step)), hidden: readers.filter((one) => !isJudged(one.step)) };
  });
}

/** For every step, the one whose redirect it follows; `null` or nothing: none. */
export type Follows = readonly (number | null)[];

/** Whether a step is where another one's redirect leads: that page may tell how it went, once, and show nothing that is kept. */
function leadsTo(follows: Follows, step: number, at: number): boolean {
  for (let before = follows[at] ?? null; before !== null; before = follows[before] ?? null) if (before === step) return true;
  return false;
}

/** Later steps that are answered otherwise in a play without, or with another, `step`. */
function noticed(all: Oracle, plays: readonly Observation[], { play, step }: { play: Observation; step: number }): Reader[] {
  const whole = plays.find((one) => one.trial === play.trial && isWhole(one) && isPlayed(one, all));
  if (whole === undefined) return [];
  const statusOf = ({ exchanges }: Observation) => {
    const reply = exchanges[step]?.reply;
    return reply?.outcome === 'answered' ? reply.status : null;
  };
  if (play.schedule.variant.kind === 'change' && statusOf(play) !== statusOf(whole)) return [];
  const comparison = startComparison(all, whole);
  const anyway = whole.exchanges.map((exchange) => comparison.accept(exchange));
  const isIdle = idleDifference(whole, step);
  const given = play.schedule.variant.kind === 'omit' ? goneWith(comparison.values(), whole, { play, step }) : [];
  return compareObservation(all, play, { given }).flatMap((result, at): Reader[] => {
    const left = at > step ? subtract(result, pathsOf(anyway[at])) : result;
    if (at <= step || left.kind !== 'different') return [];
    const told = left.differences.filter((difference) => !isIdle(difference));
    return told.length === 0 ? [] : [{ step: at, paths: pathsOf({ kind: 'different', differences: told }) }];
  });
}

/**
 * Values that nobody can know in a play without `step`: what it alone would have sent, and what its reply would have handed out. Where they are
 * expected all the same, it is the step that is missed. What later requests carry may come back from there: that tells nothing.
 */
function goneWith(
  values: Iterable<readonly [label: string, value: string]>,
  whole: Observation,
  { play, step }: { play: Observation; step: number },
): [string, string][] {
  const later = whole.exchanges
    .filter((exchange) => exchange.step > step)
    .map(({ request: { target, headers, body } }) => `${target}\n${headers.map(([, value]) => value).join('\n')}\n${body}`);
  return [...values].flatMap(([label, value]): [string, string][] => {
    const isGone = label.startsWith('sent:')
      ? play.generated[label.slice('sent:'.length)] === undefined
      : label.startsWith(`${step}:`);
    return isGone && value !== '' && !later.some((text) => text.includes(value)) ? [[label, GONE]] : [];
  });
}

/**
 * Differences that a cookie alone makes, whatever the step did besides handing it out: that a later reply hands it out in its place, and values
 * that are made anew for every visitor.
 */
function idleDifference({ exchanges }: Observation, step: number): (difference: Difference) => boolean {
  const reply = exchanges[step]?.reply;
  const cookies = reply?.outcome === 'answered' ? headerValues(reply.headers, 'set-cookie') : [];
  const names = cookies.map((cookie) => `cookies.${cookie.split('=', 1)[0]}`);
  return ({ path, expected, actual }) =>
    names.includes(path) || (!expected.includes(GONE) && differsWhereMadeAnew(expected, actual));
}

/** Whether all that is constant in an expectation is there, in order: what is not is a part that is another in every play. */
function differsWhereMadeAnew(expected: string, actual: string): boolean {
  // What is hidden has a mark of its own in every play.
  const constants = expected.split(/(?:redacted-)?‹[^›]*›/);
  if (constants.length === 1) return false;
  let at = 0;
  return constants.every((constant) => {
    const found = actual.indexOf(constant, at);
    at = found + constant.length;
    return found !== -1;
  });
}

/** Stands for a value that nothing can be equal to. */
const GONE = '‹what was left out›';

function mutatedStep({ schedule: { variant } }: Observation): number | null {
  return variant.kind === 'omit' || variant.kind === 'change' ? variant.step : null;
}

function isWhole({ schedule: { variant } }: Observation): boolean {
  return variant.kind === 'omit' && variant.step === null;
}

/** Whether every step of the session that the oracle knows was played. */
function isPlayed({ broken, exchanges }: Observation, { steps }: Oracle): boolean {
  return broken === null && exchanges.length === steps.length;
}

function pathsOf(result: StepResult | undefined): string[] {
  return result?.kind === 'different' ? [...new Set(result.differences.map(({ path }) => path))] : [];
}

/** The same expectations, also of steps that are not to be compared. */
function withHidden(oracle: Oracle): Oracle {
  const steps = oracle.steps.map((step) =>
    step.unjudgeable === null || step.unjudgeable.kind === 'unstable' ? step : { ...step, unjudgeable: null },
  );
  return { ...oracle, steps };
}
