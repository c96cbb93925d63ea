import type { Schedule } from '../model/schedule.ts';
import type { Session } from '../model/session.ts';
import { MAX_AT_ONCE } from '../session/play/transport.ts';

/** So few assets are fetched one after the other, so that what is written can be told of each. */
const FEW_ASSETS = 6;

/**
 * The asset that is next, and those after it that its process is asked for at the same time, as browsers do: 0-based indices, at most six.
 * None where there are few, or where a request must be addressed to one worker of the process.
 */
export function assetsAtOnce(
  { session: { steps }, schedule }: { readonly session: Session; readonly schedule: Schedule },
  step: number,
  isWorker: boolean,
): number[] {
  const { placement, restarts, wipes, variant, footing } = schedule;
  const pageOf = (index: number) => steps[index]?.asset?.page ?? null;
  const isFew = steps.filter(({ asset }) => asset !== null).length <= FEW_ASSETS;
  const isVaried = 'step' in variant && variant.step !== null && pageOf(variant.step) !== null;
  if (isWorker || isFew || isVaried || footing.length > 0 || pageOf(step) === null) return [];
  const goesAlong = (index: number) => {
    const page = pageOf(index);
    const isParted = [...restarts, ...wipes].some(({ before }) => before === index);
    // What an asset refers to is known when that has come.
    return index < placement.length && page !== null && page < step && placement[index] === placement[step] && !isParted;
  };
  let end = step + 1;
  while (end - step < MAX_AT_ONCE && goesAlong(end)) end++;
  return Array.from({ length: end - step }, (_, index) => step + index);
}
