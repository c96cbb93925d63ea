import { COVERED_MODES } from '../../model/evidence.ts';
import { type RestartMode, type Schedule, schedule } from '../../model/schedule.ts';
import { type Axis, type AxisContext, affect, type Divergence, type Family, type Localised } from '../axis.ts';
import { Pins } from '../pins.ts';
import { probeRestarts, restartBefore } from '../probe.ts';

/**
 * The process is restarted before the step, and keeps its disk: in every mode, before every step. Steps that siblings have shown to
 * hang together are not parted.
 */
export const successorAxis: Axis = {
  name: 'successor',
  pins: ({ pins }) => {
    const siblings = pins.get('sibling') ?? new Pins(0);
    const own = new Pins(siblings.steps);
    for (const pair of siblings.pairs()) own.pin(pair);
    return own;
  },
  families: COVERED_MODES.map(inMode),
  localise,
  probe: (scene, { step, restart }) =>
    restart === null
      ? Promise.resolve([])
      : probeRestarts(scene, step, {
          boundary: restart.boundary,
          modes: COVERED_MODES.filter((other) => other !== restart.mode),
        }),
};

/** One trial with a restart before every step before which one may be. */
function inMode(mode: RestartMode): Family {
  return {
    required: true,
    schedules: (context) => {
      const boundaries = openBoundaries(context, mode);
      if (boundaries.length === 0) return [];
      return [
        schedule('successor', {
          placement: context.scene.session.steps.map(() => 0),
          restarts: boundaries.map((before) => ({ before, slot: 0, mode, pauseOnly: false })),
          processes: 1,
        }),
      ];
    },
    isNew: () => true,
    claim: ({ search }, { restarts }, first) => {
      for (const { before } of restarts) if (first === null || before <= first) search.coverage.restarted(mode, before);
    },
  };
}

/** Steps before which a restart parts no pinned steps and has not been played in this mode. */
function openBoundaries({ scene, search, pins }: AxisContext, mode: RestartMode): number[] {
  const steps = Array.from({ length: scene.session.steps.length - 1 }, (_, index) => index + 1);
  const free = steps.filter((boundary) => !pins.pairs().some(([i, j]) => i < boundary && boundary <= j));
  const last = Math.max(-1, ...scene.judged());
  return free.every((boundary) => search.coverage.wasRestarted(mode, boundary)) ? [] : free.filter((boundary) => boundary <= last);
}

/** The earliest step after which one restart, of all that were played, loses the answer at `step`. */
async function localise({ scene, search, pins }: AxisContext, { step, played }: Divergence): Promise<Localised> {
  const { restarts } = played.observation.schedule;
  const mode = restarts[0]?.mode ?? 'deploy';
  const candidates = restarts.map(({ before }) => before).filter((boundary) => boundary <= step);
  const nearest = candidates.at(-1);
  const arm = (boundary: number, pauseOnly = false): Schedule => restartBefore(step, mode, { boundary, pauseOnly });
  const differs = async (boundary: number) => scene.resultAt(await scene.play(arm(boundary)), step) === 'different';
  if (nearest === undefined || !(await differs(nearest)))
    return { kind: 'gone', reason: `it differed after restarts (${mode}) before every step, not after one` };
  let [low, high] = [0, candidates.length - 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await differs(candidates[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  const source = (candidates[low] ?? 1) - 1;
  const known = search.suspicions.findIndex(
    (other) => other.axis === 'successor' && other.sources.some((one) => pins.together(one, source)),
  );
  pins.pin([source, step]);
  if (known !== -1) {
    affect(search, known, step);
    return { kind: 'known' };
  }
  const located = { step, sources: [source], warm: [], restart: { mode, boundary: nearest } };
  return { kind: 'located', located: { ...located, failing: arm(nearest), passing: arm(nearest, true) } };
}
