import type { Reached } from '../../model/reached.ts';
import { count, some } from '../text.ts';
import { type Canvas, labelled } from './canvas.ts';

const FEW = 5;
const GAP = 13;

/** What a visit reached of the app, where no session was named, and so what the session does not test. `verbose`: nothing is left out. */
export function reachedLines(canvas: Canvas, reached: Reached, { verbose }: { verbose: boolean }): string[] {
  return [
    canvas.colors.bold(`Reached: ${reachedTitle(reached)}`),
    ...reachedRows(reached, verbose ? Number.POSITIVE_INFINITY : FEW).flatMap(([label, text]) =>
      labelled(canvas, label, text, { indent: 2, gap: GAP, max: verbose ? 500 : 4 }),
    ),
  ];
}

/** How many routes are played, of how many that are known. */
export function reachedTitle({ routes, missed }: Reached): string {
  return `${routes.length} of ${count(routes.length + missed.length, 'route')}, as no session was named`;
}

/** Labels and texts of what was reached and what was not; of each list the first `limit`. */
export function reachedRows({ writes, refused, missed, readsOnly, bound, from }: Reached, limit: number): [string, string][] {
  const few = (all: readonly string[], separator = '; ') => some(all, limit, separator) ?? '';
  const rows: [string, string][] = [
    ['writes', writes.length === 0 ? 'none: what only reads cannot show what is lost' : few(writes, ', ')],
  ];
  if (readsOnly !== null) rows.push(['reads alone', `${readsOnly}; if what is written there may stay, add --explore-writes`]);
  if (refused.length > 0) rows.push(['refused', few(refused.map(({ what, why }) => `${what}: ${why}`))]);
  if (missed.length > 0) rows.push(['not tested', few(missed.map(({ route, why }) => `${route} (${why})`))]);
  if (from.length > 0) rows.push(['known from', few(from, ', ')]);
  if (bound !== null) rows.push(['ended', bound]);
  return rows;
}

/** What becomes of the session that was made. `file`: as shown. */
export function keepLine(file: string): string {
  return `the session is ${file}: keep it, and play it with --session`;
}
