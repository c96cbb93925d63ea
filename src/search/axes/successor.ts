import { COVERED_MODES } from '../../model/evidence.ts';
import { Pins } from '../coverage/pins.ts';
import { probeRestarts, restartBefore } from '../explain/probe.ts';
import type { Axis } from './axis.ts';
import { localiseInterruption } from './interruption.ts';
import { restartFamily } from './restarts.ts';

/**
 * The process is restarted before the step, and keeps its disk: in every mode, before every step. Steps that siblings have shown to
 * hang together are not parted; those of the footing may be, as the next life is played them too.
 */
export const successorAxis: Axis = {
  name: 'successor',
  pins: ({ pins, footing }) => {
    const siblings = pins.get('sibling') ?? new Pins(0);
    const own = new Pins(siblings.steps);
    for (const pair of siblings.pairs()) if (!pair.every((step) => footing.includes(step))) own.pin(pair);
    return own;
  },
  families: COVERED_MODES.map((mode) => restartFamily('successor', mode)),
  localise: (context, divergence) => {
    const { restarts } = divergence.played.observation.schedule;
    const mode = restarts[0]?.mode ?? 'deploy';
    const interruption = {
      axis: 'successor',
      mode,
      name: `restarts (${mode})`,
      boundaries: restarts.map(({ before }) => before),
      failing: (step: number, boundaries: readonly number[]) => restartBefore(context.sessionSearch, step, { mode, boundaries }),
      passing: (step: number, boundary: number) =>
        restartBefore(context.sessionSearch, step, { mode, boundaries: [boundary], pauseOnly: true }),
    } as const;
    return localiseInterruption(interruption, context, divergence);
  },
  probe: (sessionSearch, { step, restart }) =>
    restart === null
      ? Promise.resolve([])
      : probeRestarts(sessionSearch, step, {
          boundary: restart.boundary,
          modes: COVERED_MODES.filter((other) => other !== restart.mode),
        }),
};
