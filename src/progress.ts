import type { Progress } from './model/progress.ts';
import type { ProgressNews } from './trials/test-bed.ts';

/** Tells whoever watches how far an audit is. */
export interface ProgressReporter {
  phase(phase: Progress['phase']): void;
  news(news: ProgressNews): void;
  played(): void;
}

/** Keeps what is told. */
export function reporting(onProgress: ((progress: Progress) => void) | undefined): ProgressReporter {
  let state: Progress = { phase: 'prepare', session: null, trials: 0, planned: 0, findings: 0 };
  const change = (part: Partial<Progress>) => {
    state = { ...state, ...part };
    onProgress?.({ ...state, planned: Math.max(state.planned, state.trials) });
  };
  return {
    phase: (phase) => change({ phase }),
    news: ({ phase, session, planned = 0, suspicion = false }) =>
      change({
        phase,
        session,
        planned: planned === 0 ? state.planned : state.trials + planned,
        findings: state.findings + (suspicion ? 1 : 0),
      }),
    played: () => change({ trials: state.trials + 1 }),
  };
}
