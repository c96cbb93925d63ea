import type { Probe, Suspicion } from '../../model/evidence.ts';
import type { RestartMode, Schedule } from '../../model/schedule.ts';
import type { CoverageAccount } from '../coverage/coverage-account.ts';
import type { JobAccount } from '../coverage/job-account.ts';
import type { Pins } from '../coverage/pins.ts';
import type { Played, SessionSearch } from '../session-search.ts';

/** What is varied in a search: which schedules are played, how a divergence is localised, which probes are asked, what coverage is claimed. */
export interface Axis {
  readonly name: Suspicion['axis'];
  /** Steps that must stay together on this axis, as known when it is begun; more are pinned as it finds out. */
  pins(search: Search): Pins;
  readonly families: readonly Family[];
  /** Where a divergence comes from. Suspicions that explain it as well are told of its step here. */
  localise(context: AxisContext, divergence: Divergence): Promise<Localised>;
  /** Trials that tell the causes of a confirmed divergence apart. */
  probe(sessionSearch: SessionSearch, located: Located): Promise<Probe[]>;
}

/** Schedules that together cover something. */
export interface Family {
  /** Always completed; the others while the budget lasts. */
  readonly required: boolean;
  /** Schedules still to be played as things stand now. */
  schedules(context: AxisContext): readonly Schedule[];
  /** Whether a schedule would show something not yet played. */
  isNew(context: AxisContext, schedule: Schedule): boolean;
  /** Counts what a trial has covered of its steps before `end`: those before its first divergence, and that one if it is settled. */
  claim(context: AxisContext, played: Played, end: number): void;
}

/** What a search knows, over all its axes. */
export interface Search {
  /** What was parted on processes that share a disk, and by restarts. */
  readonly coverage: CoverageAccount;
  /** What was parted on processes with a disk each. */
  readonly disks: CoverageAccount;
  /** What was played of the work that requests begin. */
  readonly jobs: JobAccount;
  /** Suspicions so far; `affected` grows while the search goes on. */
  readonly suspicions: Suspicion[];
  /** What suspicions explain, in the order found. */
  readonly explained: Explained[];
  /** Plays a trial, or recalls one that was played before. */
  play(schedule: Schedule): Promise<Played>;
  /** What becomes of a step whose divergence could not be explained. */
  giveUp(step: number, reason: string): Promise<void>;
  /** Trials of restarts that take much at once in which something differed: what weaker ones do not explain is looked for there. */
  readonly swept: Played[];
  /** Steps that must stay together, by axis. */
  readonly pins: Map<Suspicion['axis'], Pins>;
  /** Steps that are played in every (life of a) process; none but behind findings. */
  readonly footing: readonly number[];
  /** Whether a suspicion keeps steps together here: not one whose sources every process is played. */
  ties(suspicion: Suspicion): boolean;
  /** Whether what a suspicion is about comes back after every restart. */
  survives(suspicion: Suspicion): boolean;
}

/** A step that differs for the reason that a suspicion names. */
export interface Explained {
  /** Index of the suspicion. */
  readonly suspicion: number;
  readonly step: number;
  /** What of its replies differs, as paths. */
  readonly differing: readonly string[];
}

export interface AxisContext {
  readonly sessionSearch: SessionSearch;
  readonly search: Search;
  readonly pins: Pins;
}

/** The first step that differs in a trial. */
export interface Divergence {
  readonly step: number;
  readonly played: Played;
}

/** Where a divergence comes from, as far as the search could tell, and the minimal pair that would show it. */
export interface Located {
  readonly step: number;
  /** The step that the arms serve differently; see `Suspicion`. */
  readonly moved: number;
  /** Earlier steps that must be served by the same (life of a) process as it. */
  readonly sources: readonly number[];
  /** Earlier steps that the other process must have served for it to answer wrongly. */
  readonly warm: readonly number[];
  /** The restart that loses it, and the step before which; `null` where no process is restarted. */
  readonly restart: { readonly mode: RestartMode; readonly boundary: number } | null;
  /** Later steps that differ with it, and for the same reason. */
  readonly affected?: readonly number[];
  readonly failing: Schedule;
  readonly passing: Schedule;
}

export type Localised =
  | { readonly kind: 'located'; readonly located: Located }
  /** On the way an earlier step turned out to differ: that one is to be explained first. */
  | { readonly kind: 'earlier'; readonly divergence: Divergence }
  /** A suspicion of before explains it too. */
  | { readonly kind: 'known' }
  /** The divergence did not come back. */
  | { readonly kind: 'gone'; readonly reason: string };

/** Takes a suspicion up in the place of its number, and records it at once: what was confirmed is kept however the audit ends. */
export function keepSuspicion(sessionSearch: SessionSearch, search: Search, suspicion: Suspicion): void {
  search.suspicions[suspicion.number] = suspicion;
  sessionSearch.bed.record({ kind: 'suspicion', ...suspicion });
}

/** The steps that suspicions keep together: their sources with what was moved, and with later ones that differ for want of them. */
export function boundBy({ sources, moved, step, affected }: Suspicion): number[] {
  return [...sources, moved, ...(moved === step ? affected : [])];
}

/** Adds a step, and what of its replies differs, to those that a suspicion affects. */
export function affect(search: Search, index: number, { step, differing }: Omit<Explained, 'suspicion'>): void {
  const suspicion = search.suspicions[index];
  search.explained.push({ suspicion: index, step, differing });
  if (suspicion === undefined || suspicion.step === step || suspicion.affected.includes(step)) return;
  search.suspicions[index] = { ...suspicion, affected: [...suspicion.affected, step] };
}
