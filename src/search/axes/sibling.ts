import type { Probe, Suspicion } from '../../model/evidence.ts';
import { type Schedule, schedule } from '../../model/schedule.ts';
import { type Axis, type AxisContext, affect, type Divergence, type Family, type Localised, type Located } from '../axis.ts';
import { CoverageAccount } from '../coverage.ts';
import { splitEveryPair, splitEveryTriple } from '../families.ts';
import { minimalCause } from '../minimise.ts';
import { Pins } from '../pins.ts';
import { probeCause } from '../probe.ts';
import type { Played } from '../scene.ts';

type Formation = Schedule['formation'];

/**
 * The step goes to a process that was already running and missed earlier steps: every split of two steps, every pattern of three
 * while the budget lasts, random routing if it was asked for. `workers`: what is parted is the workers of one process; steps that
 * must stay together are the same, and nothing is claimed of processes.
 */
export function siblingAxis(formation: Formation): Axis {
  const account = new CoverageAccount();
  const covered = ({ search }: AxisContext) => (formation === 'processes' ? search.coverage : account);
  const of = (placement: readonly number[]): Schedule =>
    schedule('sibling', { placement, processes: Math.max(2, ...placement.map((slot) => slot + 1)), formation });
  const claim: Family['claim'] = (context, { placement }, first) =>
    covered(context).placed(placement, first === null ? placement.length : first + 1);

  const pairs: Family = {
    required: true,
    schedules: ({ pins }) => splitEveryPair(pins.units().length).map((row) => of(pins.expand(row))),
    isNew: (context, { placement }) =>
      context.scene
        .judged()
        .some((j) => placement.slice(0, j).some((slot, i) => slot !== placement[j] && !covered(context).split(i, j))),
    claim,
  };
  const triples: Family = {
    required: false,
    schedules: (context) => missingTriples(context).map(of),
    isNew: (context, { placement }) => addsTriple(context, placement),
    claim,
  };
  let routed = 0;
  const random: Family = {
    required: false,
    schedules: ({ scene, pins }) => {
      const { randomTrials, processes } = scene.stage.config;
      const draw = scene.stage.random(`routing of session ${scene.index} from ${routed}`);
      const row = () => pins.units().map(() => Math.floor(draw() * processes));
      return Array.from({ length: randomTrials - routed }, () => of(pins.expand(row())));
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
    localise: (context, divergence) => localise(context, divergence, formation),
    probe: (scene, { step, failing }): Promise<Probe[]> => probeCause(scene, step, failing),
  };
}

/** Placements for the patterns of three steps that have not been played. */
function missingTriples({ scene, search: { coverage }, pins }: AxisContext): (readonly number[])[] {
  if (scene.stage.config.strength < 3) return [];
  const judged = new Set(scene.judged());
  const has = (i: number, j: number, k: number, pattern: number) =>
    !judged.has(k) || coverage.has(i, j, k, pattern) || pins.exclude([i, j, k], pattern);
  const units = pins.units();
  const steps = scene.session.steps.length;
  const random = scene.stage.random(`families of session ${scene.index}`);
  return splitEveryTriple(steps, random, { start: [], covered: { has }, ...(units.length < steps ? { pins: { units } } : {}) });
}

function addsTriple({ scene, search: { coverage } }: AxisContext, placement: readonly number[]): boolean {
  const isOpen = (i: number, j: number, k: number) => {
    const [a, b, c] = [placement[i] ?? 0, placement[j] ?? 0, placement[k] ?? 0];
    const pattern = a === b ? (b === c ? -1 : 0) : a === c ? 1 : 2;
    return pattern >= 0 && !coverage.has(i, j, k, pattern);
  };
  return scene.judged().some((k) => {
    for (let j = 1; j < k; j++) for (let i = 0; i < j; i++) if (isOpen(i, j, k)) return true;
    return false;
  });
}

/**
 * Why `step` differs: the minimal set of earlier steps that must share its process, and the minimal set that must have gone to the
 * other process first (empty unless a stale copy is needed).
 */
async function localise(context: AxisContext, { step, played }: Divergence, formation: Formation): Promise<Localised> {
  const { scene, search, pins } = context;
  const known = await alreadyExplained(context, step, formation);
  if (known !== null) {
    affect(search, known, step);
    pins.pin([...(search.suspicions[known]?.sources ?? []), step]);
    return { kind: 'known' };
  }
  const home = played.observation.schedule.placement;
  const units = pins
    .units()
    .map((unit) => unit.filter((other) => other < step))
    .filter((unit) => unit.length > 0);
  const own = units.filter((unit) => pins.together(unit[0] ?? 0, step));
  const free = units.filter((unit) => !own.includes(unit));
  const atHome = free.filter((unit) => home[unit[0] ?? 0] === home[step]);
  const gone = { kind: 'gone', reason: 'it differed once and not again' } as const;

  const differs = async (homeUnits: readonly (readonly number[])[]): Promise<boolean> => {
    const trial = await scene.play(exile(step, [...own, ...homeUnits].flat(), formation));
    const first = scene.firstDivergence(trial);
    if (first !== null && first < step) throw new Earlier(first, trial);
    return scene.resultAt(trial, step) === 'different';
  };
  try {
    const warm = await minimalCause(atHome, differs);
    if (warm === null) return gone;
    const others = free.filter((unit) => !warm.includes(unit));
    const sources = await minimalCause(others, async (units_) => !(await differs([...warm, ...units_])));
    if (sources === null) return gone;
    return { kind: 'located', located: minimalPair({ step, sources: inOrder(sources), warm: inOrder(warm) }, formation) };
  } catch (error) {
    if (!(error instanceof Earlier)) throw error;
    return { kind: 'earlier', divergence: { step: error.step, played: error.played } };
  }
}

function minimalPair(found: Pick<Located, 'step' | 'sources' | 'warm'>, formation: Formation): Located {
  const { step, warm } = found;
  const failing = exile(step, warm, formation);
  const passing: Schedule = { ...failing, placement: failing.placement.map((slot, index) => (index === step ? 0 : slot)) };
  return { ...found, restart: null, failing, passing };
}

/** The suspicion whose sources also explain this step: on their process it answers as expected, with all else elsewhere. */
async function alreadyExplained({ scene, search, pins }: AxisContext, step: number, formation: Formation): Promise<number | null> {
  const explains = ({ sources, warm, axis }: Suspicion) =>
    axis === 'sibling' && sources.length > 0 && warm.length === 0 && Math.max(...sources) < step;
  for (const [index, suspicion] of search.suspicions.entries()) {
    if (!explains(suspicion)) continue;
    const unit = pins.units().find((steps) => steps.includes(suspicion.sources[0] ?? -1)) ?? [];
    const together = unit.filter((other) => other < step);
    if (together.length === 0 || unit.includes(step)) continue;
    const away = await scene.play(exile(step, [], formation));
    const home = await scene.play(exile(step, together, formation));
    const explained = scene.resultAt(home, step) === 'same' && scene.firstDivergence(home) === null;
    if (scene.resultAt(away, step) === 'different' && explained) return index;
  }
  return null;
}

/** `step`, and these earlier steps, on the second process; all others before it on the first. Ends with `step`. */
function exile(step: number, withIt: readonly number[], formation: Formation): Schedule {
  const placement = Array.from({ length: step + 1 }, (_, index) => (index === step || withIt.includes(index) ? 1 : 0));
  return schedule('sibling', { placement, processes: 2, formation });
}

function inOrder(units: readonly (readonly number[])[]): number[] {
  return units.flat().sort((a, b) => a - b);
}

class Earlier extends Error {
  readonly step: number;
  readonly played: Played;

  constructor(step: number, played: Played) {
    super(`step ${step} differs before`);
    this.step = step;
    this.played = played;
  }
}
