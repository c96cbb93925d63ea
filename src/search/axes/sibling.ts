import { type Schedule, schedule } from '../../model/schedule.ts';
import { CoverageAccount } from '../coverage/coverage-account.ts';
import { Pins } from '../coverage/pins.ts';
import { probeCause } from '../explain/probe.ts';
import { wroteNothing } from '../explain/what-was-written.ts';
import type { Axis, Family } from './axis.ts';
import { localiseSplit, processesOf, type Split, splitFamilies } from './split.ts';

type Formation = Schedule['formation'];

/**
 * The step goes to a process that was already running and missed earlier steps: every split of two steps, every pattern of three
 * while the budget lasts, random routing if it was asked for. `workers`: what is parted is the workers of one process; steps that
 * must stay together are the same, and nothing is claimed of processes.
 */
export function siblingAxis(formation: Formation): Axis {
  const account = new CoverageAccount();
  const split: Split = {
    name: 'sibling',
    of: (placement) => schedule('sibling', { placement, processes: processesOf(placement), formation }),
    covered: ({ search }) => (formation === 'processes' ? search.coverage : account),
    // Where nothing is written, a disk of one's own is the same as a shared one.
    alsoClaim: ({ sessionSearch, search }, { observation }, end) => {
      if (formation === 'processes' && wroteNothing(sessionSearch.bed, observation))
        search.disks.placed(observation.schedule.placement, end);
    },
    passing: (failing, moved) => ({
      ...failing,
      placement: failing.placement.map((slot, index) => (moved.includes(index) ? 0 : slot)),
    }),
  };
  const { pairs, triples, claim } = splitFamilies(split);
  let routed = 0;
  const random: Family = {
    required: false,
    schedules: ({ sessionSearch, pins }) => {
      const { randomTrials, processes } = sessionSearch.bed.config;
      const draw = sessionSearch.bed.random(`routing of session ${sessionSearch.index} from ${routed}`);
      const row = () => pins.units().map(() => Math.floor(draw() * processes));
      return Array.from({ length: randomTrials - routed }, () => split.of(pins.expand(row()), sessionSearch));
    },
    isNew: () => true,
    claim: (...played) => {
      routed++;
      claim(...played);
    },
  };
  return {
    name: 'sibling',
    pins: ({ pins }) => pins.get('sibling') ?? new Pins(0),
    families: formation === 'workers' ? [pairs] : [pairs, triples, random],
    localise: (context, divergence) => localiseSplit(split, context, divergence),
    probe: probeCause,
  };
}
