import type { RestartMode, Schedule } from '../../model/schedule.ts';
import { restartsOf } from '../explain/probe.ts';
import type { AxisContext, Family } from './axis.ts';
import { freeBoundaries } from './interruption.ts';

/** One trial on one process with a restart before every step before which one may be; assets are not fetched. */
export function restartFamily(axis: Schedule['axis'], mode: RestartMode): Family {
  return {
    required: true,
    schedules: (context) => {
      const boundaries = openBoundaries(context, mode);
      if (boundaries.length === 0) return [];
      return [restartsOf(context.sessionSearch, { steps: context.sessionSearch.ownSteps, axis, mode, boundaries })];
    },
    isNew: () => true,
    claim: ({ search }, { observation }, end) => {
      for (const { before } of observation.schedule.restarts) if (before < end) search.coverage.restarted(mode, before);
    },
  };
}

/** Steps before which a restart parts no pinned steps, but those before which it is implied; none if all have been played in this mode. */
function openBoundaries(context: AxisContext, mode: RestartMode): number[] {
  const { coverage } = context.search;
  const free = freeBoundaries(context, context.pins).filter((boundary) => !coverage.isImplied(mode, boundary));
  return free.every((boundary) => coverage.wasRestarted(mode, boundary)) ? [] : free;
}
