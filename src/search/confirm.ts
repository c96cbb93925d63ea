import { friendliest, isSame, type Schedule } from '../model/schedule.ts';
import type { Played, Scene } from './scene.ts';

/** How often each arm of a minimal pair is played. */
export const REPEATS = 3;

/** What became of a minimal pair. */
export type Confirmation =
  | { readonly kind: 'confirmed'; readonly failing: readonly number[]; readonly passing: readonly number[] }
  /** The friendly arm differed too: it has been learned from, and what it differed in is noise now. */
  | { readonly kind: 'noise' }
  | { readonly kind: 'flaky'; readonly failed: number; readonly passed: number };

/**
 * Plays both arms in turn. Confirmed only if the failing arm differs at `step` every time and the passing arm never. The last trial
 * counts if it was the failing arm already.
 */
export async function confirm(
  scene: Scene,
  step: number,
  { failing, passing }: { failing: Schedule; passing: Schedule },
): Promise<Confirmation> {
  const last = scene.trials.at(-1);
  const failed: Played[] = last !== undefined && isSame(last.observation.schedule, failing) ? [last] : [];
  const passed: Played[] = [];
  for (let round = 0; round < REPEATS; round++) {
    if (failed.length <= round) failed.push(await scene.play(failing));
    const friendly = await scene.play(passing);
    passed.push(friendly);
    if (scene.resultAt(friendly, step) === 'different') {
      await scene.learnFrom(friendly.observation);
      if (failed.every((played) => scene.resultAt(played, step) !== 'different')) return { kind: 'noise' };
      break;
    }
  }
  const failures = failed.filter((played) => scene.resultAt(played, step) === 'different').length;
  const passes = passed.filter((played) => scene.resultAt(played, step) === 'same').length;
  if (failures < REPEATS || passes < REPEATS) return { kind: 'flaky', failed: failures, passed: passes };
  return { kind: 'confirmed', failing: failed.map(trialOf), passing: passed.map(trialOf) };
}

/**
 * Whether what differed at `step` in some trials only is chance or drift: it is, if friendly plays differ as well now. Then they have
 * been learned from.
 */
export async function isChance(scene: Scene, step: number): Promise<boolean> {
  for (let round = 0; round < REPEATS; round++) {
    const neighbour = await scene.play(friendliest(scene.session.steps.length));
    if (scene.resultAt(neighbour, step) !== 'different') continue;
    await scene.learnFrom(neighbour.observation);
    return true;
  }
  return false;
}

/** Number of the trial. */
export function trialOf(played: Played): number {
  return played.observation.trial;
}
