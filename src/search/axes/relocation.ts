import type { Axis, AxisContext, Search } from '../axis.ts';
import { freeBoundaries, localiseInterruption } from '../interruption.ts';
import { Pins } from '../pins.ts';
import { probeDisk, restartBefore } from '../probe.ts';
import { restartFamily } from '../restarts.ts';

/**
 * The process is restarted before the step as a platform does it: elsewhere, with an empty disk, another hostname and another port. Only
 * where a restart that keeps its disk loses nothing: that is the arm that is as expected.
 */
export const relocationAxis: Axis = {
  name: 'relocation',
  pins: (search) => {
    const own = lostInRestarts(search);
    for (const { axis, sources, step, affected } of search.suspicions)
      if (axis === 'disk' || axis === 'relocation') own.pin([...sources, step, ...affected]);
    return own;
  },
  families: [restartFamily('relocation', 'relocate', openBoundaries)],
  localise: (context, divergence) => {
    const { restarts } = divergence.played.observation.schedule;
    const interruption = {
      axis: 'relocation',
      mode: 'relocate',
      name: 'relocations',
      boundaries: restarts.map(({ before }) => before),
      failing: (step: number, boundary: number) =>
        restartBefore(context.scene, step, { mode: 'relocate', boundary, axis: 'relocation' }),
      passing: (step: number, boundary: number) =>
        restartBefore(context.scene, step, { mode: 'deploy', boundary, axis: 'relocation' }),
    } as const;
    return localiseInterruption(interruption, context, divergence);
  },
  probe: (scene, { step, failing }) => probeDisk(scene, step, failing),
};

function openBoundaries(context: AxisContext): number[] {
  const free = freeBoundaries(context, context.pins);
  return free.every((boundary) => context.search.coverage.wasRestarted('relocate', boundary)) ? [] : free;
}

/** Steps that hang together through the memory of a process, which any restart loses. */
export function lostInRestarts({ suspicions, pins, survives }: Search): Pins {
  const own = new Pins(pins.get('sibling')?.steps ?? 0);
  for (const suspicion of suspicions) {
    const { axis, sources, step, affected } = suspicion;
    if (axis === 'successor' || (axis === 'sibling' && !survives(suspicion))) own.pin([...sources, step, ...affected]);
  }
  return own;
}
