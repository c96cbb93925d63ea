import type { Suspicion } from '../model/evidence.ts';
import type { RestartMode, Schedule } from '../model/schedule.ts';
import { type AxisContext, affect, type Divergence, type Localised } from './axis.ts';
import type { Pins } from './pins.ts';

/** Something that befalls the one process before a step, and may lose what earlier steps have left. */
export interface Interruption {
  readonly axis: Suspicion['axis'];
  /** How the process was restarted; `null`: it was not. */
  readonly mode: RestartMode | null;
  /** In words that follow `after`. */
  readonly name: string;
  /** Steps before which it befell in the trial that differed, in order. */
  readonly boundaries: readonly number[];
  /** Schedules about the step: it befalls before `boundary`, or does not. */
  failing(step: number, boundary: number): Schedule;
  passing(step: number, boundary: number): Schedule;
}

/** The earliest step after which one interruption, of all that were played, loses the answer at `step`. */
export async function localiseInterruption(
  interruption: Interruption,
  { scene, search, pins }: AxisContext,
  { step, played }: Divergence,
): Promise<Localised> {
  const { axis, mode, name, failing, passing } = interruption;
  const candidates = interruption.boundaries.filter((boundary) => boundary <= step);
  const nearest = candidates.at(-1);
  const differs = async (boundary: number) => scene.resultAt(await scene.play(failing(step, boundary)), step) === 'different';
  if (nearest === undefined || !(await differs(nearest)))
    return { kind: 'gone', reason: `it differed after ${name} before every step, not after one` };
  let [low, high] = [0, candidates.length - 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await differs(candidates[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  const source = (candidates[low] ?? 1) - 1;
  const known = search.suspicions.findIndex(
    (other) => other.axis === axis && other.sources.some((one) => pins.together(one, source)),
  );
  pins.pin([source, step]);
  if (known !== -1) {
    affect(search, known, { step, differing: scene.differing(played, step) });
    return { kind: 'known' };
  }
  const restart = mode === null ? null : { mode, boundary: nearest };
  const arms = { failing: failing(step, nearest), passing: passing(step, nearest) };
  return { kind: 'located', located: { step, sources: [source], warm: [], restart, ...arms } };
}

/** Steps, assets aside, before which an interruption parts no pinned steps, up to the last that is judged. */
export function freeBoundaries({ scene }: Pick<AxisContext, 'scene'>, pins: Pins): number[] {
  const { ownSteps } = scene;
  const last = Math.max(-1, ...scene.judgedOwn());
  const pairs = pins.pairs().filter(([, j]) => j < ownSteps);
  const steps = Array.from({ length: Math.max(0, ownSteps - 1) }, (_, index) => index + 1);
  return steps.filter((boundary) => boundary <= last && !pairs.some(([i, j]) => i < boundary && boundary <= j));
}
