import type { Suspicion } from '../../model/evidence.ts';
import type { Schedule } from '../../model/schedule.ts';
import type { CoverageAccount } from '../coverage/coverage-account.ts';
import { splitEveryPair, splitEveryTriple } from '../coverage/families.ts';
import type { Pins } from '../coverage/pins.ts';
import { localisePivot } from '../explain/pivot.ts';
import type { Played, SessionSearch } from '../session-search.ts';
import { type AxisContext, affect, type Divergence, type Explained, type Family, type Localised, type Located } from './axis.ts';

/** How the steps of a session are parted on an axis. */
export interface Split {
  readonly name: Suspicion['axis'];
  /** The schedule of a placement. */
  of(placement: readonly number[], sessionSearch: SessionSearch): Schedule;
  /** The account of what has been parted in this way. */
  covered(context: AxisContext): CoverageAccount;
  /** What a trial has parted in other ways as well. */
  alsoClaim?(context: AxisContext, played: Played, end: number): void;
  /** The arm that is as expected, to the one that differs where the steps `moved` are on the second process. */
  passing(failing: Schedule, moved: readonly number[]): Schedule;
}

/** How many processes a placement needs; at least two stand side by side. */
export function processesOf(placement: readonly number[]): number {
  return Math.max(2, ...placement.map((slot) => slot + 1));
}

/** Every split of two steps, and every pattern of three. Assets are fetched in one schedule only, by a process that has served nothing else. */
export function splitFamilies(split: Split): { pairs: Family; triples: Family; claim: Family['claim'] } {
  const { of, covered } = split;
  const claim: Family['claim'] = (context, played, end) => {
    covered(context).placed(played.observation.schedule.placement, end);
    split.alsoClaim?.(context, played, end);
  };
  return {
    claim,
    pairs: {
      required: true,
      schedules: ({ sessionSearch, pins }) =>
        [...ownRows(sessionSearch, pins), ...assetRows(sessionSearch, pins)].map((row) => of(row, sessionSearch)),
      isNew: (context, { placement }) =>
        context.sessionSearch
          .judged()
          .filter((j) => j < placement.length)
          .some((j) => placement.slice(0, j).some((slot, i) => slot !== placement[j] && !covered(context).split(i, j))),
      claim,
    },
    triples: {
      required: false,
      schedules: (context) => missingTriples(context, covered(context)).map((row) => of(row, context.sessionSearch)),
      isNew: (context, { placement }) => addsTriple(context, covered(context), placement),
      claim,
    },
  };
}

/** Placements of the session's own steps in which every two of them that may be are parted. */
export function ownRows({ ownSteps }: SessionSearch, pins: Pins): (readonly number[])[] {
  // Units of assets alone come last.
  return splitEveryPair(ownUnits(pins, ownSteps).length).map((row) => pins.expand(row).slice(0, ownSteps));
}

/** One placement in which another process fetches all assets that may be fetched there; none where there are none. */
function assetRows({ ownSteps, session }: SessionSearch, pins: Pins): (readonly number[])[] {
  const own = new Set(pins.units().flatMap((unit) => ((unit[0] ?? 0) < ownSteps ? unit : [])));
  const placement = session.steps.map((_, step) => (own.has(step) ? 0 : 1));
  return placement.includes(1) ? [placement] : [];
}

/** The units of the session's own steps, without the assets that are kept with them. */
function ownUnits(pins: Pins, ownSteps: number): (readonly number[])[] {
  return pins.units().flatMap((unit) => {
    const own = unit.filter((step) => step < ownSteps);
    return own.length > 0 ? [own] : [];
  });
}

/** Placements for the patterns of three steps that have not been played. */
function missingTriples({ sessionSearch, pins }: AxisContext, coverage: CoverageAccount): (readonly number[])[] {
  if (sessionSearch.bed.config.strength < 3) return [];
  const judged = new Set(sessionSearch.judgedOwn());
  const has = (i: number, j: number, k: number, pattern: number) =>
    !judged.has(k) || coverage.has(i, j, k, pattern) || pins.exclude([i, j, k], pattern);
  const { ownSteps } = sessionSearch;
  const units = ownUnits(pins, ownSteps);
  const random = sessionSearch.bed.random(`families of session ${sessionSearch.index}`);
  return splitEveryTriple(ownSteps, random, {
    start: [],
    covered: { has },
    ...(units.length < ownSteps ? { pins: { units } } : {}),
  });
}

function addsTriple({ sessionSearch }: AxisContext, coverage: CoverageAccount, placement: readonly number[]): boolean {
  const isOpen = (i: number, j: number, k: number) => {
    const [a, b, c] = [placement[i] ?? 0, placement[j] ?? 0, placement[k] ?? 0];
    const pattern = a === b ? (b === c ? -1 : 0) : a === c ? 1 : 2;
    return pattern >= 0 && !coverage.has(i, j, k, pattern);
  };
  return sessionSearch.judgedOwn().some((k) => {
    for (let j = 1; j < k; j++) for (let i = 0; i < j; i++) if (isOpen(i, j, k)) return true;
    return false;
  });
}

/**
 * Why `step` differs: which step must be served by which process, the minimal set of earlier steps that must share it, and the minimal set
 * that must have gone to the other process first (empty unless a stale copy is needed).
 */
export async function localiseSplit(split: Split, context: AxisContext, { step, played }: Divergence): Promise<Localised> {
  const { sessionSearch, search, pins } = context;
  const known = await alreadyExplained(split, context, step);
  if (known !== null) {
    affect(search, known.suspicion, { step, differing: known.differing });
    pins.pin([...(search.suspicions[known.suspicion]?.sources ?? []), step]);
    return { kind: 'known' };
  }
  const gone = { kind: 'gone', reason: 'it differed once and not again' } as const;
  const differs = async (schedule: Schedule): Promise<boolean> => {
    const trial = await sessionSearch.play(schedule);
    const first = sessionSearch.firstDivergence(trial);
    if (first !== null && first < step) throw new Earlier(first, trial);
    return sessionSearch.resultAt(trial, step) === 'different';
  };
  const units = pins.units().flatMap((unit) => {
    const members = unit.filter((other) => other <= step);
    return members.length > 0 ? [members] : [];
  });
  try {
    const placement = played.observation.schedule.placement;
    const found = await localisePivot({ step, units, placement }, (away) => differs(exile(split, sessionSearch, { step, away })), {
      // With a disk each, the arm that is as expected has the same placement.
      mayBeEarlier: split.name === 'sibling',
    });
    return found === null ? gone : { kind: 'located', located: minimalPair(split, sessionSearch, { step, ...found }) };
  } catch (error) {
    if (!(error instanceof Earlier)) throw error;
    return { kind: 'earlier', divergence: { step: error.step, played: error.played } };
  }
}

type Found = NonNullable<Awaited<ReturnType<typeof localisePivot>>> & { readonly step: number };

function minimalPair(split: Split, sessionSearch: SessionSearch, { step, unit, moved, sources, warm }: Found): Located {
  const failing = exile(split, sessionSearch, { step, away: [...warm, ...unit] });
  return { step, moved, sources, warm, restart: null, failing, passing: split.passing(failing, unit) };
}

/** The suspicion whose sources also explain this step: on their process it answers as expected, with all else elsewhere. */
async function alreadyExplained(
  split: Split,
  { sessionSearch, search, pins }: AxisContext,
  step: number,
): Promise<Explained | null> {
  const explains = ({ sources, warm, axis, step: shown, moved }: Suspicion) =>
    axis === split.name && moved === shown && sources.length > 0 && warm.length === 0 && Math.max(...sources) < step;
  for (const [index, suspicion] of search.suspicions.entries()) {
    if (!explains(suspicion)) continue;
    const unit = pins.units().find((steps) => steps.includes(suspicion.sources[0] ?? -1)) ?? [];
    const together = unit.filter((other) => other < step);
    if (together.length === 0 || unit.includes(step)) continue;
    const away = await sessionSearch.play(exile(split, sessionSearch, { step, away: [step] }));
    const home = await sessionSearch.play(exile(split, sessionSearch, { step, away: [...together, step] }));
    const first = sessionSearch.firstDivergence(home);
    const explained = sessionSearch.resultAt(home, step) === 'same' && (first === null || first > step);
    if (sessionSearch.resultAt(away, step) === 'different' && explained)
      return { suspicion: index, step, differing: sessionSearch.differing(away, step) };
  }
  return null;
}

/** These steps on the second process; all others on the first. */
function exile(split: Split, sessionSearch: SessionSearch, { step, away }: { step: number; away: readonly number[] }): Schedule {
  const length = sessionSearch.lengthFor(step);
  return split.of(
    Array.from({ length }, (_, index) => (away.includes(index) ? 1 : 0)),
    sessionSearch,
  );
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
