import { schedule } from '../../model/schedule.ts';
import { Pins } from '../coverage/pins.ts';
import { probeDisk } from '../explain/probe.ts';
import type { Axis } from './axis.ts';
import { localiseSplit, processesOf, type Split, splitFamilies } from './split.ts';

const split: Split = {
  name: 'disk',
  of: (placement, { companions, handedOn }) =>
    schedule('disk', {
      placement: withFirst(placement, handedOn),
      processes: processesOf(placement),
      disks: 'own',
      companions,
    }),
  covered: ({ search }) => search.disks,
  passing: (failing) => ({ ...failing, disks: 'shared' }),
};
const { pairs, triples } = splitFamilies(split);

/**
 * Every process has its own disk, and steps are parted as they may be for all that siblings have shown: what differs is a matter of
 * files. The arm that is as expected has the same placement on one disk.
 */
export const diskAxis: Axis = {
  name: 'disk',
  pins: ({ pins }) => {
    const siblings = pins.get('sibling') ?? new Pins(0);
    const own = pins.get('disk') ?? new Pins(siblings.steps);
    for (const pair of [...siblings.pairs(), ...(pins.get('worker-disk')?.pairs() ?? [])]) own.pin(pair);
    pins.set('disk', own);
    return own;
  },
  families: [pairs, triples],
  localise: (context, divergence) => localiseSplit(split, context, divergence),
  probe: probeDisk,
};

/** The placement by other names of processes, so that these steps are served by the first, whose disk those see that do their jobs. */
function withFirst(placement: readonly number[], steps: readonly number[]): readonly number[] {
  const slot = placement[steps[0] ?? -1] ?? 0;
  return slot === 0 ? placement : placement.map((one) => (one === slot ? 0 : one === 0 ? slot : one));
}
