/** News from a running audit, for whoever watches. */
export interface Progress {
  readonly phase: 'visit' | 'prepare' | 'rehearse' | 'explore' | 'judge' | 'report';
  readonly session: string | null;
  /** Trials played so far. */
  readonly trials: number;
  /** Trials planned in all, as far as known: grows when something is found. */
  readonly planned: number;
  /** Breaches confirmed so far. */
  readonly findings: number;
  readonly message?: string;
}
