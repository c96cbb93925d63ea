import { type Schedule, schedule } from '../../model/schedule.ts';
import { Pins } from '../coverage/pins.ts';
import type { SessionSearch } from '../session-search.ts';
import type { Axis } from './axis.ts';
import { lastWriteBefore, laterDifferences } from './jobs.ts';

/**
 * The processes that are asked nothing have a disk each, and everything else is on one process. The arm that is as expected lets them see the
 * disk of that process. What differs is one finding, however many steps show it.
 */
export const workerDiskAxis: Axis = {
  name: 'worker-disk',
  pins: ({ pins }) => {
    const own = pins.get('worker-disk') ?? new Pins(pins.get('sibling')?.steps ?? 0);
    pins.set('worker-disk', own);
    return own;
  },
  families: [
    {
      required: true,
      schedules: ({ sessionSearch, search }) => (search.jobs.isApart ? [] : [apart(sessionSearch.ownSteps)]),
      isNew: () => true,
      claim: ({ search }) => {
        search.jobs.isApart = true;
      },
    },
  ],
  localise: async ({ sessionSearch, pins }, { step, played }) => {
    const length = sessionSearch.lengthFor(step);
    // Whoever moves to a disk of his own before a step lacks what that step and later ones leave, and nothing of what was done before.
    const differs = async (boundary: number) =>
      sessionSearch.resultAt(await sessionSearch.play(movedBefore(sessionSearch, length, boundary)), step) === 'different';
    let [low, high] = [0, step];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (await differs(middle)) low = middle;
      else high = middle - 1;
    }
    const source = low < step ? low : lastWriteBefore(sessionSearch, step);
    const affected = laterDifferences(sessionSearch, played, step);
    sessionSearch.handedOn = [source, step, ...affected];
    pins.pin(sessionSearch.handedOn);
    const failing = apart(length);
    const passing: Schedule = { ...failing, companions: 'beside' };
    return {
      kind: 'located',
      located: { step, moved: step, sources: [source], warm: [], restart: null, affected, failing, passing },
    };
  },
  probe: () => Promise.resolve([]),
};

function apart(steps: number): Schedule {
  return schedule('worker-disk', { placement: Array.from({ length: steps }, () => 0), processes: 1, companions: 'apart' });
}

/** They see the shared disk until all that was begun is done, and then have one of their own. */
function movedBefore({ bed, idleMs }: SessionSearch, steps: number, before: number): Schedule {
  const restarts = bed.companions.map(({ type }) => ({
    ...{ before, slot: 0, mode: 'relocate' as const, pauseOnly: false },
    ...{ type: type.name, idleMs },
  }));
  return schedule('worker-disk', { placement: Array.from({ length: steps }, () => 0), processes: 1, restarts });
}
