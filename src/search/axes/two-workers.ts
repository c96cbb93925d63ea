import { type Schedule, schedule } from '../../model/schedule.ts';
import { Pins } from '../coverage/pins.ts';
import type { Axis, Family } from './axis.ts';
import { lastWriteBefore, laterDifferences } from './jobs.ts';

/** One process more of every type that is asked nothing, with everything else on one process: each of them may take a job. */
export function twoWorkersAxis(types: readonly string[]): Axis {
  return {
    name: 'two-workers',
    pins: ({ pins }) => new Pins(pins.get('sibling')?.steps ?? 0),
    families: types.map(familyOf),
    localise: async ({ sessionSearch, search }, { step, played }) => {
      const { extra } = played.observation.schedule;
      if (extra !== null) search.jobs.more.add(extra);
      const failing = oneMore(extra, sessionSearch.lengthFor(step));
      const affected = laterDifferences(sessionSearch, played, step);
      const sources = [lastWriteBefore(sessionSearch, step)];
      const passing: Schedule = { ...failing, extra: null };
      return { kind: 'located', located: { step, moved: step, sources, warm: [], restart: null, affected, failing, passing } };
    },
    probe: () => Promise.resolve([]),
  };
}

function familyOf(type: string): Family {
  return {
    required: true,
    schedules: ({ sessionSearch, search }) => (search.jobs.more.has(type) ? [] : [oneMore(type, sessionSearch.ownSteps)]),
    isNew: () => true,
    claim: ({ search }) => {
      search.jobs.more.add(type);
    },
  };
}

function oneMore(extra: string | null, steps: number): Schedule {
  return schedule('two-workers', { placement: Array.from({ length: steps }, () => 0), processes: 1, extra });
}
