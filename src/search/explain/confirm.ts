import type { SecondHearing, Suspicion } from '../../model/evidence.ts';
import { friendliest, isOnOneProcess, isSame, type Schedule } from '../../model/schedule.ts';
import type { Played, SessionSearch } from '../session-search.ts';

/** How often each arm of a minimal pair is played. */
export const REPEATS = 3;

/** What became of a minimal pair. */
export type Confirmation =
  | { readonly kind: 'confirmed'; readonly failing: readonly number[]; readonly passing: readonly number[] }
  /** One process alone differed too: it has been learned from, and what it differed in is noise now. */
  | { readonly kind: 'noise' }
  | { readonly kind: 'flaky'; readonly failed: number; readonly passed: number };

interface Arms {
  readonly failing: Schedule;
  readonly passing: Schedule;
}

/**
 * Plays both arms in turn. Confirmed only if the failing arm differs at `step` every time and the passing arm never. The last trial
 * counts if it was the failing arm already.
 */
export async function confirm(sessionSearch: SessionSearch, step: number, { failing, passing }: Arms): Promise<Confirmation> {
  const last = sessionSearch.trials.at(-1);
  const failed: Played[] = last !== undefined && isSame(last.observation.schedule, failing) ? [last] : [];
  const known = failed.length;
  const passed: Played[] = [];
  const rounds = Array.from({ length: REPEATS }, (_, round) => (failed.length > round ? [passing] : [failing, passing])).flat();
  for (let round = 0; round < REPEATS; round++) {
    sessionSearch.foresee(rounds.slice(failed.length + passed.length - known));
    if (failed.length <= round) failed.push(await sessionSearch.play(failing));
    const friendly = await sessionSearch.play(passing);
    passed.push(friendly);
    if (sessionSearch.resultAt(friendly, step) !== 'different') continue;
    // Where several processes stand, or one was restarted, it may have lost something itself: that is nothing to learn from.
    const alone = isOnOneProcess(friendly.observation.schedule) ? friendly : await playAlone(sessionSearch);
    if (sessionSearch.resultAt(alone, step) !== 'different') break;
    await sessionSearch.learnFrom(alone.observation);
    if (failed.every((played) => sessionSearch.resultAt(played, step) !== 'different')) return { kind: 'noise' };
    break;
  }
  const failures = failed.filter((played) => sessionSearch.resultAt(played, step) === 'different').length;
  const passes = passed.filter((played) => sessionSearch.resultAt(played, step) === 'same').length;
  if (failures < REPEATS || passes < REPEATS) return { kind: 'flaky', failed: failures, passed: passes };
  return { kind: 'confirmed', failing: failed.map(trialOf), passing: passed.map(trialOf) };
}

/**
 * Whether what differed at `step` in some trials only is chance or drift: it is, if friendly plays differ as well now. Then they have
 * been learned from.
 */
export async function isChance(sessionSearch: SessionSearch, step: number): Promise<boolean> {
  for (let round = 0; round < REPEATS; round++) {
    const neighbour = await playAlone(sessionSearch);
    if (sessionSearch.resultAt(neighbour, step) !== 'different') continue;
    await sessionSearch.learnFrom(neighbour.observation);
    return true;
  }
  return false;
}

/**
 * Hears a suspicion once more if controls learned from since it was confirmed would make its difference noise: that alone takes nothing
 * back. Both arms are played again, and two controls of the same hour, which they will be held against. `null`: no need.
 */
export async function hearAgain(
  sessionSearch: SessionSearch,
  { step, failing, passing }: Suspicion,
): Promise<SecondHearing | null> {
  if (sessionSearch.learned.every((trial) => trial < Math.max(...failing, ...passing))) return null;
  const find = (trial: number | undefined) => sessionSearch.trials.find(({ observation }) => observation.trial === trial);
  const isOpen = (trials: readonly number[], wanted: 'same' | 'different') =>
    trials.some((trial) => {
      const played = find(trial);
      return played === undefined || sessionSearch.resultAt(played, step) !== wanted;
    });
  if (!isOpen(failing, 'different') && !isOpen(passing, 'same')) return null;
  const arms = { failing: find(failing[0]), passing: find(passing[0]) };
  if (arms.failing === undefined || arms.passing === undefined) return null;
  const controls = [trialOf(await playAlone(sessionSearch)), trialOf(await playAlone(sessionSearch))];
  const again: { failing: number[]; passing: number[] } = { failing: [], passing: [] };
  for (let round = 0; round < REPEATS; round++) {
    again.failing.push(trialOf(await sessionSearch.play(arms.failing.observation.schedule)));
    again.passing.push(trialOf(await sessionSearch.play(arms.passing.observation.schedule)));
  }
  return { controls, ...again };
}

function playAlone(sessionSearch: SessionSearch): Promise<Played> {
  return sessionSearch.play(friendliest(sessionSearch.session.steps.length));
}

/** Number of the trial. */
export function trialOf(played: Played): number {
  return played.observation.trial;
}
