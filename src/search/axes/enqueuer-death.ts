import { type RestartMode, type Schedule, schedule } from '../../model/schedule.ts';
import { Pins } from '../coverage/pins.ts';
import { trialOf } from '../explain/confirm.ts';
import type { Axis, Family } from './axis.ts';
import { freeBoundaries, localiseInterruption } from './interruption.ts';
import { judgeCut } from './jobs.ts';

/** What a crash loses a deploy may finish in its grace. */
const MODES = ['crash', 'deploy'] as const satisfies readonly RestartMode[];
const ASKED = 2;

/**
 * The process that has answered a step ends right after its reply, with whatever it has begun. The arm that is as expected ends it as well, but
 * when that work is done: what is lost whenever it ends is another axis's matter. Only where a session waits for such work.
 */
export const enqueuerDeathAxis: Axis = {
  name: 'enqueuer-death',
  pins: ({ pins }) => (pins.get('sibling') ?? new Pins(0)).copy(),
  families: MODES.map(familyOf),
  localise: async (context, divergence) => {
    const { restarts } = divergence.played.observation.schedule;
    const mode = restarts[0]?.mode ?? 'crash';
    const { sessionSearch } = context;
    const length = (step: number) => sessionSearch.lengthFor(step);
    const boundaries = restarts.map(({ before }) => before);
    const whenDone = deaths(sessionSearch.ownSteps, { mode, boundaries, idleMs: sessionSearch.idleMs });
    const judged = await judgeCut(context, divergence, { isOfWorker: false, whenDone });
    if (judged !== null) return judged;
    const interruption = {
      axis: 'enqueuer-death',
      mode,
      name: `ends right after a reply (${mode})`,
      boundaries,
      failing: (step: number, some: readonly number[]) => deaths(length(step), { mode, boundaries: some }),
      passing: (step: number, boundary: number) =>
        deaths(length(step), { mode, boundaries: [boundary], idleMs: sessionSearch.idleMs }),
    } as const;
    return localiseInterruption(interruption, context, divergence);
  },
  async probe(sessionSearch, { failing, restart }) {
    const boundary = restart?.boundary ?? 0;
    const others = MODES.filter((mode) => mode !== restart?.mode);
    return Promise.all(
      others.map(async (mode) => {
        const trials: number[] = [];
        for (let round = 0; round < ASKED; round++)
          trials.push(trialOf(await sessionSearch.play(deaths(failing.placement.length, { mode, boundaries: [boundary] }))));
        return { kind: mode, trials, ran: true };
      }),
    );
  },
};

function familyOf(mode: (typeof MODES)[number]): Family {
  return {
    required: true,
    schedules: (context) => {
      const boundaries = freeBoundaries(context, context.pins);
      if (boundaries.every((boundary) => context.search.jobs.hasDied(mode, boundary))) return [];
      return [deaths(context.sessionSearch.ownSteps, { mode, boundaries })];
    },
    isNew: () => true,
    claim: ({ search }, { observation }, end) => {
      for (const { before } of observation.schedule.restarts) if (before < end) search.jobs.died(mode, before);
    },
  };
}

/** The one process ends after the reply of the step before each of these: at once, or when it has been left alone for a while. */
function deaths(
  steps: number,
  { mode, boundaries, idleMs }: { mode: RestartMode; boundaries: readonly number[]; idleMs?: number },
): Schedule {
  const when = idleMs === undefined ? { atOnce: true } : { idleMs };
  return schedule('enqueuer-death', {
    placement: Array.from({ length: steps }, () => 0),
    restarts: boundaries.map((before) => ({ before, slot: 0, mode, pauseOnly: false, ...when })),
    processes: 1,
  });
}
