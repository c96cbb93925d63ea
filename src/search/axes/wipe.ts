import { type Schedule, schedule } from '../../model/schedule.ts';
import { probeStrangers } from '../explain/probe.ts';
import { isLostInRestarts, tiedBy } from '../explain/tied.ts';
import { wroteInSteps } from '../explain/what-was-written.ts';
import type { Axis, AxisContext, Family } from './axis.ts';
import { freeBoundaries, localiseInterruption } from './interruption.ts';

/**
 * Where steps must share a process because of what is in its memory, files that they share would stay hidden. There the process loses
 * the files that it wrote while it served earlier steps (not those it wrote when it booted), and lives on.
 */
export const wipeAxis: Axis = {
  name: 'wipe',
  pins: (search) => tiedBy(search, ({ axis }) => axis === 'disk' || axis === 'relocation' || axis === 'wipe'),
  families: [wipes()],
  localise: (context, divergence) => {
    const interruption = {
      axis: 'wipe',
      mode: null,
      name: 'wipes',
      boundaries: divergence.played.observation.schedule.wipes.map(({ before }) => before),
      failing: (step: number, boundaries: readonly number[]) => wiped(context.sessionSearch.lengthFor(step), boundaries),
      passing: (step: number) => wiped(context.sessionSearch.lengthFor(step), []),
    } as const;
    return localiseInterruption(interruption, context, divergence);
  },
  probe: (sessionSearch, { moved, failing }) => probeStrangers(sessionSearch, moved, failing),
};

/** One trial with a wipe before every step before which a relocation was not possible. */
function wipes(): Family {
  return {
    required: true,
    schedules: (context) => {
      const boundaries = openBoundaries(context);
      return boundaries.length === 0 ? [] : [wiped(context.sessionSearch.ownSteps, boundaries)];
    },
    isNew: () => true,
    claim: ({ search }, { observation }, end) => {
      for (const { before } of observation.schedule.wipes) if (before < end) search.disks.wiped(before);
    },
  };
}

/** Where memory masks the disk, and something is written at all. */
function openBoundaries(context: AxisContext): number[] {
  const { sessionSearch, search, pins } = context;
  if (!sessionSearch.trials.some(({ observation }) => wroteInSteps(observation))) return [];
  const reachable = new Set(freeBoundaries(context, tiedBy(search, isLostInRestarts(search))));
  const masked = freeBoundaries(context, pins).filter((boundary) => !reachable.has(boundary));
  return masked.every((boundary) => search.disks.wasWiped(boundary)) ? [] : masked;
}

function wiped(steps: number, boundaries: readonly number[]): Schedule {
  return schedule('wipe', {
    placement: Array.from({ length: steps }, () => 0),
    wipes: boundaries.map((before) => ({ before, slot: 0 })),
    processes: 1,
  });
}
