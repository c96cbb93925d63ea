import type { Schedule } from '../../model/schedule.ts';
import { TooYoung } from '../../trials/test-bed.ts';
import type { Played, SessionSearch } from '../session-search.ts';
import { FIRST_MS, withSettling } from './settling.ts';

/** The longest wait after a restart that is tried before a loss is a loss. */
const AFTER_RESTART_MS = 3_200;

/** Throws `TooYoung` if a divergence at `step` after a restart is mended by leaving the successor alone for a while. */
export async function refuseYoungSuccessor(sessionSearch: SessionSearch, step: number, failing: Schedule): Promise<void> {
  const settleMs = await settlingAfterRestart(sessionSearch, step, failing);
  if (settleMs > 0) throw new TooYoung(settleMs);
}

/**
 * How long a successor must be left alone so that a restart does no longer change the answer at `step`; 0 if it is no matter of
 * age: waiting does not mend what is lost.
 */
async function settlingAfterRestart(sessionSearch: SessionSearch, step: number, failing: Schedule): Promise<number> {
  const { bed } = sessionSearch;
  if (bed.traits.settleMs > 0) return 0;
  const isMended = async (ms: number) => {
    const played: Played = await withSettling(bed, ms, () => sessionSearch.play(failing));
    return sessionSearch.resultAt(played, step) === 'same';
  };
  const most = Math.min(AFTER_RESTART_MS, bed.config.app.readiness.timeoutMs);
  if (!(await isMended(most))) return 0;
  for (let ms = FIRST_MS; ms < most; ms *= 2) if ((await isMended(ms)) && (await isMended(ms))) return 2 * ms;
  return (await isMended(most)) ? most : 0;
}
