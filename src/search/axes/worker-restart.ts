import { type Restart, type RestartMode, type Schedule, schedule } from '../../model/schedule.ts';
import { tiedBy } from '../explain/tied.ts';
import type { SessionSearch } from '../session-search.ts';
import type { Axis, Family } from './axis.ts';
import { freeBoundaries, localiseInterruption } from './interruption.ts';
import { judgeCut } from './jobs.ts';

/** How processes that are asked nothing are restarted. `cut`: in the midst of what the step before has begun; else when it is done. */
interface Way {
  readonly type: string;
  readonly mode: RestartMode;
  readonly cut: boolean;
}

/**
 * The processes of a type that is asked nothing are restarted between the step that begins some work and the one that shows its outcome: in its
 * midst, which must not lose it, and after it, elsewhere as well, which must not lose what later work needs. For sessions that wait for work.
 */
export function workerRestartAxis(types: readonly string[]): Axis {
  const ways: readonly Omit<Way, 'type'>[] = [
    { mode: 'crash', cut: true },
    { mode: 'deploy', cut: true },
    { mode: 'crash', cut: false },
    { mode: 'relocate', cut: false },
  ];
  return {
    name: 'worker-restart',
    pins: (search) => tiedBy(search, ({ axis }) => axis === 'worker-restart' || axis === 'worker-disk'),
    families: types.flatMap((type) => ways.map((way) => familyOf({ ...way, type }))),
    localise: async (context, divergence) => {
      const { restarts } = divergence.played.observation.schedule;
      const way = wayOf(restarts[0]);
      const { sessionSearch } = context;
      const length = (step: number) => sessionSearch.lengthFor(step);
      const restart = (steps: number, given: Way & { pauseOnly?: boolean }, some: readonly number[]) =>
        restarted(sessionSearch, { ...given, steps, boundaries: some });
      const boundaries = restarts.map(({ before }) => before);
      const whenDone = restart(sessionSearch.ownSteps, { ...way, cut: false }, boundaries);
      const judged = way.cut ? await judgeCut(context, divergence, { isOfWorker: true, whenDone }) : null;
      if (judged !== null) return judged;
      const interruption = {
        axis: 'worker-restart',
        mode: way.mode,
        name: `restarts of ${way.type} (${way.mode})`,
        boundaries,
        failing: (step: number, some: readonly number[]) => restart(length(step), way, some),
        passing: (step: number, boundary: number) => restart(length(step), instead(way), [boundary]),
      } as const;
      return localiseInterruption(interruption, context, divergence);
    },
    probe: () => Promise.resolve([]),
  };
}

function familyOf(way: Way): Family {
  const played = new Set<number>();
  return {
    required: true,
    schedules: (context) => {
      const { sessionSearch } = context;
      const free = freeBoundaries(context, context.pins);
      const boundaries = way.cut ? free.filter((before) => sessionSearch.midstOf(before) !== null) : free;
      if (boundaries.every((boundary) => played.has(boundary))) return [];
      return [restarted(sessionSearch, { ...way, steps: sessionSearch.ownSteps, boundaries })];
    },
    isNew: () => true,
    claim: ({ search }, { observation }, end) => {
      for (const { before } of observation.schedule.restarts) {
        if (before >= end) continue;
        played.add(before);
        search.jobs.restarted(way.type, { ...way, step: before });
      }
    },
  };
}

function wayOf(restart: Restart | undefined): Way {
  return { type: restart?.type ?? '', mode: restart?.mode ?? 'crash', cut: restart?.atOnce === true };
}

/** The arm that is as expected: the same restart when the work is done, a deploy in place of a move, a pause in place of a crash. */
function instead(way: Way): Way & { pauseOnly?: boolean } {
  if (way.cut) return { ...way, cut: false };
  return way.mode === 'relocate' ? { ...way, mode: 'deploy' } : { ...way, pauseOnly: true };
}

interface Restarted extends Way {
  readonly steps: number;
  readonly boundaries: readonly number[];
  readonly pauseOnly?: boolean;
}

function restarted(sessionSearch: SessionSearch, { type, mode, cut, steps, boundaries, pauseOnly = false }: Restarted): Schedule {
  const when = (before: number) =>
    cut ? { atOnce: true, idleMs: sessionSearch.midstOf(before) ?? 0 } : { idleMs: sessionSearch.idleMs };
  return schedule('worker-restart', {
    placement: Array.from({ length: steps }, () => 0),
    restarts: boundaries.map((before) => ({ before, slot: 0, mode, pauseOnly, type, ...when(before) })),
    processes: 1,
  });
}
