import { RESTART_MODES, type RestartMode } from './schedule.ts';

/** How `cutShort` begins where the user asked for no more than one finding. */
export const FAIL_FAST = '--fail-fast';

/** What of the search space was really played for one session. */
export interface Coverage {
  readonly session: number;
  /** Steps that were judged at all. */
  readonly judged: readonly number[];
  /** Unordered pairs `[i, j]`, i < j, of judged steps that were never played on two processes. */
  readonly pairsUncovered: readonly (readonly [number, number])[];
  readonly pairs: number;
  readonly triples: number;
  readonly triplesCovered: number;
  /** Steps `j` before which a restart of each mode was played. */
  readonly restarts: Readonly<Record<RestartMode, readonly number[]>>;
  /** Steps before which one that takes more was played and lost nothing, so that one of this mode would lose nothing either. */
  readonly implied: Readonly<Record<RestartMode, readonly number[]>>;
  /** What was played with a disk for each process; `null`: the host keeps none apart. */
  readonly disk: {
    readonly pairs: number;
    readonly pairsUncovered: readonly (readonly [number, number])[];
    /** Steps before which a process lost the files that it had written while serving. */
    readonly wiped: readonly number[];
  } | null;
  /** What was played of the work that requests begin; `null`: the session waits for none, and nothing but `web` runs. */
  readonly jobs: JobCoverage | null;
  /** What was played behind findings, with what their sources give given by every process itself; `null`: nothing. */
  readonly behind: Behind | null;
  /** Why optional work was left out, if it was. */
  readonly cutShort: string | null;
  /** Pairs that had to stay together because of a dependency found. */
  readonly pinned: readonly (readonly [number, number])[];
}

/** Something for each mode of restart. */
export function byMode<T>(of: (mode: RestartMode) => T): Record<RestartMode, T> {
  return Object.fromEntries(RESTART_MODES.map((mode) => [mode, of(mode)])) as Record<RestartMode, T>;
}

/** What was played of the work that requests begin, and of the processes that do it. Steps before which something ended, by mode. */
export interface JobCoverage {
  /** Everything with a disk of their own for the processes that are asked nothing. */
  readonly apart: boolean;
  /** The process that had answered ended right after its reply. */
  readonly deaths: Readonly<Record<string, readonly number[]>>;
  /** The processes that are asked nothing ended right after a reply. */
  readonly cut: Readonly<Record<string, readonly number[]>>;
  /** They ended when what was begun was done. */
  readonly between: Readonly<Record<string, readonly number[]>>;
  /** Types with one process more than was asked for. */
  readonly more: readonly string[];
}

/** What was played of a session once the sources of findings were played on every process. */
export interface Behind {
  /** Numbers of the suspicions. */
  readonly suspicions: readonly number[];
  /** Steps that were played on every process. */
  readonly footing: readonly number[];
  /** The trial of two visits to one process in which a step differed as the footing cannot be played twice; `null`: it can. */
  readonly refused: { readonly trial: number; readonly step: number } | null;
  /** Pairs `[i, j]` of steps not of the footing, `j` judged, that were played on two processes. */
  readonly pairs: readonly (readonly [number, number])[];
  /** The same on two processes with a disk each; `null`: the host keeps none apart. */
  readonly diskPairs: readonly (readonly [number, number])[] | null;
  readonly restarts: Coverage['restarts'];
  /** Pairs that had to stay together all the same. */
  readonly pinned: readonly (readonly [number, number])[];
}
