import type { Observation } from '../model/observation.ts';
import { compareObservation, type Oracle, type StepResult, startComparison } from './oracle.ts';
import { subtract } from './subtract.ts';

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
 * what notices it has read what the step did. What differs in a whole play on the same process as well does not count.
 */
export function effectsOf(oracle: Oracle, plays: readonly Observation[]): Effect[] {
  const all = withHidden(oracle);
  const mutations = plays.filter((play) => mutatedStep(play) !== null && isPlayed(play, oracle));
  const steps = [...new Set(mutations.map((play) => mutatedStep(play) ?? 0))].sort((a, b) => a - b);
  return steps.map((step) => {
    const paths = new Map<number, Set<string>>();
    for (const play of mutations.filter((one) => mutatedStep(one) === step))
      for (const reader of noticed(all, plays, { play, step }))
        paths.set(reader.step, new Set([...(paths.get(reader.step) ?? []), ...reader.paths]));
    const readers = [...paths].sort(([a], [b]) => a - b).map(([at, found]): Reader => ({ step: at, paths: [...found] }));
    const isJudged = (at: number) => oracle.steps[at]?.unjudgeable === null;
    return { step, readers: readers.filter((one) => isJudged(one.step)), hidden: readers.filter((one) => !isJudged(one.step)) };
  });
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
  const anyway = compareObservation(all, whole);
  const given = play.schedule.variant.kind === 'omit' ? goneWith(all, whole, { play, step }) : [];
  return compareObservation(all, play, { given }).flatMap((result, at): Reader[] => {
    const left = at > step ? subtract(result, pathsOf(anyway[at])) : result;
    return at > step && left.kind === 'different' ? [{ step: at, paths: pathsOf(left) }] : [];
  });
}

/**
 * Values that nobody can know in a play without `step`: what it alone would have sent, and what its reply would have handed out. Where they are
 * expected all the same, it is the step that is missed. What later requests carry may come back from there: that tells nothing.
 */
function goneWith(oracle: Oracle, whole: Observation, { play, step }: { play: Observation; step: number }): [string, string][] {
  const comparison = startComparison(oracle, whole);
  for (const exchange of whole.exchanges) comparison.accept(exchange);
  const later = whole.exchanges
    .filter((exchange) => exchange.step > step)
    .map(({ request: { target, headers, body } }) => `${target}\n${headers.map(([, value]) => value).join('\n')}\n${body}`);
  return [...comparison.values()].flatMap(([label, value]): [string, string][] => {
    const isGone = label.startsWith('sent:')
      ? play.generated[label.slice('sent:'.length)] === undefined
      : label.startsWith(`${step}:`);
    return isGone && value !== '' && !later.some((text) => text.includes(value)) ? [[label, GONE]] : [];
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

/** Whether it is a whole play of the session that the oracle knows. */
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
