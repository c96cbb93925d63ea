import type { Suspicion } from '../../model/evidence.ts';
import type { RestartMode, Schedule } from '../../model/schedule.ts';
import type { Pins } from '../coverage/pins.ts';
import { type AxisContext, affect, type Divergence, type Localised } from './axis.ts';

/** Something that befalls the one process before a step, and may lose what earlier steps have left. */
export interface Interruption {
  readonly axis: Suspicion['axis'];
  /** How the process was restarted; `null`: it was not. */
  readonly mode: RestartMode | null;
  /** In words that follow `after`. */
  readonly name: string;
  /** Steps before which it befell in the trial that differed, in order. */
  readonly boundaries: readonly number[];
  /** Schedules about the step: it befalls before each of these, or does not. */
  failing(step: number, boundaries: readonly number[]): Schedule;
  passing(step: number, boundary: number): Schedule;
}

/**
 * The earliest step after which one interruption, of all that were played, loses the answer at `step`, and the latest step before which it
 * still does: mostly `step` itself; an earlier one where that has to find what the first one left, and `step` only shows it.
 */
export async function localiseInterruption(
  interruption: Interruption,
  { sessionSearch, search, pins }: AxisContext,
  { step, played }: Divergence,
): Promise<Localised> {
  const { axis, mode, name, failing, passing } = interruption;
  const candidates = interruption.boundaries.filter((boundary) => boundary <= step);
  const nearest = candidates.at(-1);
  const differs = async (...boundaries: readonly number[]) =>
    sessionSearch.resultAt(await sessionSearch.play(failing(step, boundaries)), step) === 'different';
  const gone = { kind: 'gone', reason: `it differed after ${name} before every step, not after one` } as const;
  if (nearest === undefined) return gone;
  const span = (await differs(nearest)) ? await spanTo(candidates, differs) : await spanWithin(candidates, differs);
  if (span === null) return gone;
  const [source, boundary] = [span.first - 1, span.last];
  const moved = boundary === nearest ? step : boundary;
  const known = search.suspicions.findIndex(
    (other) => other.axis === axis && other.sources.some((one) => pins.together(one, source)),
  );
  if (known !== -1) {
    pins.pin([source, moved]);
    affect(search, known, { step, differing: sessionSearch.differing(played, step) });
    return { kind: 'known' };
  }
  const restart = mode === null ? null : { mode, boundary };
  const arms = { failing: failing(step, [boundary]), passing: passing(step, boundary) };
  return { kind: 'located', located: { step, moved, sources: [source], warm: [], restart, ...arms } };
}

/** Boundaries at each of which a single interruption loses the answer. */
interface Span {
  readonly first: number;
  readonly last: number;
}

/** Whether the answer is lost if it befalls before each of these. */
type Differs = (...boundaries: readonly number[]) => Promise<boolean>;

/** The span that ends with the last candidate. */
async function spanTo(candidates: readonly number[], differs: Differs): Promise<Span> {
  const from = await bisect(0, candidates.length - 1, async (at) => differs(candidates[at] ?? 0));
  return { first: candidates[from] ?? 1, last: candidates.at(-1) ?? 1 };
}

/** A span that ends before the last candidate; `null` if no single interruption loses the answer. */
async function spanWithin(candidates: readonly number[], differs: Differs): Promise<Span | null> {
  // The shortest run of interruptions from the beginning that loses it ends with the first one that matters.
  const count = await bisect(1, candidates.length, (length) => differs(...candidates.slice(0, length)));
  const first = candidates[count - 1];
  if (first === undefined || !(await differs(first))) return null;
  const until = await bisect(count, candidates.length - 1, async (at) => !(await differs(candidates[at] ?? 0)));
  return { first, last: candidates[until - 1] ?? first };
}

/** The least number in a range for which it holds, if it holds from there on; that it holds for the last is taken for granted. */
async function bisect(least: number, most: number, holds: (at: number) => Promise<boolean>): Promise<number> {
  let [low, high] = [least, most];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Steps, assets aside, before which an interruption parts no pinned steps, up to the last that is judged. */
export function freeBoundaries({ sessionSearch }: Pick<AxisContext, 'sessionSearch'>, pins: Pins): number[] {
  const { ownSteps } = sessionSearch;
  const last = Math.max(-1, ...sessionSearch.judgedOwn());
  const pairs = pins.pairs().filter(([, j]) => j < ownSteps);
  const steps = Array.from({ length: Math.max(0, ownSteps - 1) }, (_, index) => index + 1);
  return steps.filter((boundary) => boundary <= last && !pairs.some(([i, j]) => i < boundary && boundary <= j));
}
