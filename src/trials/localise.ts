import { type Schedule, schedule } from '../model/schedule.ts';
import { minimalCause } from './minimise.ts';
import type { Pins } from './pins.ts';
import type { Played, Scene } from './scene.ts';

/** Where a sibling divergence comes from, as far as the search could tell. */
export interface Located {
  readonly step: number;
  /** Earlier steps that must be served by the process that serves `step`. */
  readonly sources: readonly number[];
  /** Earlier steps that the other process must have served for it to answer wrongly. */
  readonly warm: readonly number[];
}

/** How steps are parted, and which must not be. */
export interface Parted {
  readonly pins: Pins;
  readonly formation: Schedule['formation'];
}

/** What the search for the cause of one divergence came to. */
export type Localised =
  | { readonly kind: 'located'; readonly located: Located }
  /** On the way an earlier step turned out to differ: that one is to be explained first. */
  | { readonly kind: 'earlier'; readonly step: number; readonly played: Played }
  /** The divergence did not come back. */
  | { readonly kind: 'gone' };

/**
 * Why `step` differs in a sibling trial: the minimal set of earlier steps that must share its process, and the minimal set
 * that must have gone to the other process first (empty unless a stale copy is needed).
 */
export async function localise(
  scene: Scene,
  { step, played, search }: { step: number; played: Played; search: Parted },
): Promise<Localised> {
  const { pins } = search;
  const home = played.observation.schedule.placement;
  const units = pins
    .units()
    .map((unit) => unit.filter((other) => other < step))
    .filter((unit) => unit.length > 0);
  const own = units.filter((unit) => pins.together(unit[0] ?? 0, step));
  const free = units.filter((unit) => !own.includes(unit));
  const atHome = free.filter((unit) => home[unit[0] ?? 0] === home[step]);

  const differs = async (homeUnits: readonly (readonly number[])[]): Promise<boolean> => {
    const trial = await scene.play(exile(step, [...own, ...homeUnits].flat(), search));
    const first = scene.firstDivergence(trial);
    if (first !== null && first < step) throw new Earlier(first, trial);
    return scene.resultAt(trial, step) === 'different';
  };

  try {
    const warm = await minimalCause(atHome, differs);
    if (warm === null) return { kind: 'gone' };
    const others = free.filter((unit) => !warm.includes(unit));
    const sources = await minimalCause(others, async (units) => !(await differs([...warm, ...units])));
    if (sources === null) return { kind: 'gone' };
    return { kind: 'located', located: { step, sources: inOrder(sources), warm: inOrder(warm) } };
  } catch (error) {
    if (!(error instanceof Earlier)) throw error;
    return { kind: 'earlier', step: error.step, played: error.played };
  }
}

function inOrder(units: readonly (readonly number[])[]): number[] {
  return units.flat().sort((a, b) => a - b);
}

class Earlier extends Error {
  readonly step: number;
  readonly played: Played;

  constructor(step: number, played: Played) {
    super(`step ${step} differs before`);
    this.step = step;
    this.played = played;
  }
}

/** `step`, and these earlier steps, on the second process; all others before it on the first. Ends with `step`. */
export function exile(
  step: number,
  withIt: readonly number[],
  { formation }: { readonly formation: Schedule['formation'] },
): Schedule {
  const placement = Array.from({ length: step + 1 }, (_, index) => (index === step || withIt.includes(index) ? 1 : 0));
  return schedule('sibling', { placement, processes: 2, formation });
}
