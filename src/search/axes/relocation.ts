import { probeDisk, restartBefore } from '../explain/probe.ts';
import { isLostInRestarts, isOfWork, tiedBy } from '../explain/tied.ts';
import type { Axis } from './axis.ts';
import { localiseInterruption } from './interruption.ts';
import { restartFamily } from './restarts.ts';

/**
 * The process is restarted before the step as a platform does it: elsewhere, with an empty disk, another hostname and another port. Only
 * where a restart that keeps its disk loses nothing: that is the arm that is as expected. So it is where the machine is lost all at once
 * (`everything`).
 */
export const relocationAxis: Axis = {
  name: 'relocation',
  pins: (search) => {
    const isLost = isLostInRestarts(search);
    return tiedBy(search, (suspicion) => isLost(suspicion) || (suspicion.axis !== 'sibling' && !isOfWork(suspicion)));
  },
  families: [restartFamily('relocation', 'relocate')],
  localise: (context, divergence) => {
    const { restarts } = divergence.played.observation.schedule;
    const mode = restarts[0]?.mode ?? 'relocate';
    const kept = mode === 'everything' ? 'memory' : 'deploy';
    const interruption = {
      axis: 'relocation',
      mode,
      name: `restarts (${mode})`,
      boundaries: restarts.map(({ before }) => before),
      failing: (step: number, boundaries: readonly number[]) =>
        restartBefore(context.sessionSearch, step, { mode, boundaries, axis: 'relocation' }),
      passing: (step: number, boundary: number) =>
        restartBefore(context.sessionSearch, step, { mode: kept, boundaries: [boundary], axis: 'relocation' }),
    } as const;
    return localiseInterruption(interruption, context, divergence);
  },
  probe: probeDisk,
};
