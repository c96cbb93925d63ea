import type { Finding } from './finding.ts';
import type { Reached } from './reached.ts';

/** News from a running audit, for whoever watches. */
export interface Progress {
  readonly phase: 'visit' | 'prepare' | 'rehearse' | 'explore' | 'judge' | 'report';
  readonly session: string | null;
  /** Trials played so far. */
  readonly trials: number;
  /** Trials planned in all, as far as known: grows when something is found. */
  readonly planned: number;
  /** Findings confirmed so far. Later plays may explain one of them away: the report has the last word. */
  readonly findings: number;
  /** Those among them that are new with this. */
  readonly found: readonly Finding[];
  /** What a visit has reached, with the news that it is over; else `null`. */
  readonly reached: Reached | null;
}
