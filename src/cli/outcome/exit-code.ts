import type { Report } from '../../model/report.ts';
import { isFailure, isWhole } from '../../report/conclusion.ts';

/** Exit codes, the same for every command. */
export const EXIT = {
  /** The app conforms, or there was nothing to judge about it (`rules`). */
  ok: 0,
  /** The app does not conform; from `replay`: the finding was reproduced. */
  violated: 1,
  /** No verdict: bad usage, an app that never got ready, an interruption, a bug. */
  none: 2,
} as const;

/** The exit code of an audit. Where all that was found is known, it is 0 only if everything else was judged. */
export function exitCodeOf(report: Report): number {
  const { conclusion, findings } = report;
  if (conclusion !== 'does-not-conform') return conclusion === 'conforms' ? EXIT.ok : EXIT.none;
  if (findings.some((finding) => isFailure(finding, report))) return EXIT.violated;
  return isWhole(report) ? EXIT.ok : EXIT.none;
}
