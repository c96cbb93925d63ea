import type { Conclusion } from '../model/report.ts';

/** Exit codes, the same for every command. */
export const EXIT = {
  /** The app conforms, or there was nothing to judge about it (`rules`). */
  ok: 0,
  /** The app does not conform; from `replay`: the finding was reproduced. */
  violated: 1,
  /** No verdict: bad usage, an app that never got ready, an interruption, a bug. */
  none: 2,
} as const;

/** The exit code of an audit. */
export function exitCodeOf(conclusion: Conclusion): number {
  return { conforms: EXIT.ok, 'does-not-conform': EXIT.violated, 'no-verdict': EXIT.none }[conclusion];
}
