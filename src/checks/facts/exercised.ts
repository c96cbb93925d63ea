import { byMode } from '../../model/coverage.ts';
import type { WritesReport } from '../../model/report.ts';
import { RESTART_MODES, RESTARTS, type RestartMode } from '../../model/schedule.ts';
import { hasPair } from './has-pair.ts';
import { countAway, countFresh } from './one-step.ts';
import type { SessionEvidence } from './session-evidence.ts';
import { sum } from './sum.ts';

/** How often a session gave its app the opportunity to lose something. */
export interface Exercised {
  /** On processes that share a disk. */
  readonly splits: number;
  readonly restarts: number;
  readonly disks: { readonly splits: number; readonly relocations: number; readonly wipes: number };
}

type Pair = readonly [write: number, reader: number];

/** Restarts that are about what a process has in its memory, and those that are about its disk. One that takes everything is about both. */
const KEEPING: readonly RestartMode[] = RESTART_MODES.filter((mode) => mode !== 'relocate');
const MOVING: readonly RestartMode[] = RESTART_MODES.filter((mode) => RESTARTS[mode].moves);

/**
 * Counts pairs of a write and a later step that shows what it did: those parted over processes, over disks, and those with a restart between.
 * In a session that writes nothing, or nothing but what is played on every process, every pair of steps counts, as a read may leave something
 * too.
 */
export function exercised(evidence: SessionEvidence): Exercised {
  const { coverage } = evidence;
  const [away, fresh] = [countAway(evidence), countFresh(evidence)];
  if (coverage === null) return { splits: away, restarts: fresh, disks: { splits: 0, relocations: 0, wipes: 0 } };
  const { disk, behind, pairs, pairsUncovered, pinned } = coverage;
  const alone = { splits: away, restarts: fresh, relocations: disk === null ? 0 : fresh };
  if (!writesBeyond(evidence, behind?.refused === null ? behind.footing : [])) {
    const isOpen = ([i, j]: Pair) => hasPair([...pairsUncovered, ...pinned], i, j);
    const isDiskOpen = ([i, j]: Pair) => hasPair([...(disk?.pairsUncovered ?? []), ...pinned], i, j);
    const boundaries = (mode: RestartMode) => new Set([...coverage.restarts[mode], ...(behind?.restarts[mode] ?? [])]).size;
    return {
      splits: pairs - pairsUncovered.length + (behind?.pairs ?? []).filter(isOpen).length + alone.splits,
      restarts: sum(KEEPING, boundaries) + alone.restarts,
      disks: {
        splits: disk === null ? 0 : disk.pairs - disk.pairsUncovered.length + (behind?.diskPairs ?? []).filter(isDiskOpen).length,
        relocations: disk === null ? 0 : sum(MOVING, boundaries) + alone.relocations,
        wipes: disk?.wiped.length ?? 0,
      },
    };
  }
  const all = judgedPairs(evidence);
  const { isParted, isInterrupted, isApart } = waysOf(evidence);
  const count = (counts: (pair: Pair) => boolean) => all.filter(counts).length;
  return {
    splits: count(isParted) + alone.splits,
    restarts: sum(KEEPING, (mode) => count((pair) => isInterrupted(pair, mode))) + alone.restarts,
    disks: {
      splits: count(isApart),
      relocations: disk === null ? 0 : sum(MOVING, (mode) => count((pair) => isInterrupted(pair, mode))) + alone.relocations,
      wipes: disk === null ? 0 : count((pair) => isInterrupted(pair, 'wipe')),
    },
  };
}

/** How many writes of a session were read, and where; `null`: it writes nothing, or was not played to its end. */
export function describeWrites(evidence: SessionEvidence): WritesReport | null {
  const { coverage, effects } = evidence;
  if (coverage === null || !writesBeyond(evidence, [])) return null;
  const pairs = judgedPairs(evidence);
  const { isParted, isInterrupted, isApart } = waysOf(evidence);
  const writes = (counts: (pair: Pair) => boolean) => new Set(pairs.filter(counts).map(([write]) => write)).size;
  const after = (mode: RestartMode) => writes((pair) => isInterrupted(pair, mode));
  return {
    all: effects.filter(({ kind }) => kind === 'read' || kind === 'unread').length,
    read: effects.filter(({ kind }) => kind === 'read').length,
    onOthers: writes(isParted),
    after: byMode(after),
    onOtherDisks:
      coverage.disk === null ? null : writes((pair) => isApart(pair) || MOVING.some((mode) => isInterrupted(pair, mode))),
  };
}

/** Whether a step writes something, besides these. */
function writesBeyond({ effects }: SessionEvidence, steps: readonly number[]): boolean {
  return effects.some(({ kind, step }) => (kind === 'read' || kind === 'unread') && !steps.includes(step));
}

/** Every write with each step that was judged and shows what it did. */
export function judgedPairs({ effects, coverage }: SessionEvidence): Pair[] {
  return effects.flatMap(({ step, readers }) =>
    readers.flatMap((reader): Pair[] => (coverage?.judged.includes(reader.step) === true ? [[step, reader.step]] : [])),
  );
}

function waysOf({ coverage }: SessionEvidence) {
  const behind = coverage?.behind ?? null;
  const has = (pairs: readonly Pair[] | null | undefined, [i, j]: Pair) => hasPair(pairs ?? [], i, j);
  return {
    isParted: (pair: Pair) => (!has(coverage?.pairsUncovered, pair) && !has(coverage?.pinned, pair)) || has(behind?.pairs, pair),
    isApart: (pair: Pair) =>
      coverage?.disk != null &&
      ((!has(coverage.disk.pairsUncovered, pair) && !has(coverage.pinned, pair)) || has(behind?.diskPairs, pair)),
    isInterrupted: ([write, reader]: Pair, by: RestartMode | 'wipe') => {
      const isBetween = (before: readonly number[] = []) => before.some((step) => step > write && step <= reader);
      if (by === 'wipe') return isBetween(coverage?.disk?.wiped);
      // What is played on every process anew is not interrupted.
      return isBetween(coverage?.restarts[by]) || (behind?.footing.includes(write) === false && isBetween(behind.restarts[by]));
    },
  };
}
