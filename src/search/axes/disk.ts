import { schedule } from '../../model/schedule.ts';
import { Pins } from '../coverage/pins.ts';
import { probeDisk } from '../explain/probe.ts';
import type { Axis } from './axis.ts';
import { localiseSplit, processesOf, type Split, splitFamilies } from './split.ts';

const split: Split = {
  name: 'disk',
  of: (placement) => schedule('disk', { placement, processes: processesOf(placement), disks: 'own' }),
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
    for (const pair of siblings.pairs()) own.pin(pair);
    pins.set('disk', own);
    return own;
  },
  families: [pairs, triples],
  localise: (context, divergence) => localiseSplit(split, context, divergence),
  probe: probeDisk,
};
