import type { Finding } from './model/finding.ts';
import type { Progress } from './model/progress.ts';
import type { Reached } from './model/reached.ts';
import type { ProgressNews } from './trials/test-bed.ts';

/** Tells whoever watches how far an audit is. */
export interface ProgressReporter {
  phase(phase: Progress['phase']): void;
  /** `found`: findings that are new with it. */
  news(news: ProgressNews, found: readonly Finding[]): void;
  played(): void;
  /** A visit is over. */
  reached(reached: Reached): void;
}

/** Keeps what is told. */
export function reporting(onProgress: ((progress: Progress) => void) | undefined): ProgressReporter {
  let state: Progress = { phase: 'prepare', session: null, trials: 0, planned: 0, findings: 0, found: [], reached: null };
  const change = (part: Partial<Progress>) => {
    state = { ...state, found: [], reached: null, ...part };
    onProgress?.({ ...state, planned: Math.max(state.planned, state.trials) });
  };
  return {
    phase: (phase) => change({ phase }),
    news: ({ phase, session, planned = 0 }, found) =>
      change({
        phase,
        session,
        planned: planned === 0 ? state.planned : state.trials + planned,
        findings: state.findings + found.length,
        found,
      }),
    played: () => change({ trials: state.trials + 1 }),
    reached: (reached) => change({ reached }),
  };
}
