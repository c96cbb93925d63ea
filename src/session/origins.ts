import { UserError } from '../errors.ts';
import { ranges } from '../model/ranges.ts';
import type { LeftOut } from '../model/session.ts';

/** What a session's requests go to, and how many go there, in the order of their first requests. */
export type Origins = ReadonlyMap<string, number>;

/** How many requests go to each origin. */
export function originsByCount(origins: readonly string[]): Origins {
  const counts = new Map<string, number>();
  for (const origin of origins) counts.set(origin, (counts.get(origin) ?? 0) + 1);
  return counts;
}

/** Those of the named origins that requests go to. Throws a `UserError` if there are others and none of these. */
export function namedOrigins(session: string, there: Origins, named: readonly string[]): ReadonlySet<string> {
  const found = named.filter((origin) => there.has(origin));
  if (found.length > 0 || there.size === 0) return new Set(found);
  throw new UserError(
    'session-origin',
    `${session} holds no request to ${named.join(' or ')}`,
    `Requests there: ${[...there].map(([origin, count]) => `${count} to ${origin}`).join(', ')}.`,
  );
}

/** The origin that most requests go to; of several, the one that was asked first. */
export function commonestOrigin(there: Origins): string | undefined {
  const most = Math.max(...there.values());
  return [...there].find(([, count]) => count === most)?.[0];
}

/** What is left out of a session and why, for people; `null` if nothing is. */
export function describeLeftOut(leftOut: readonly LeftOut[]): string | null {
  if (leftOut.length === 0) return null;
  const byReason = new Map<string, number[]>();
  for (const { reason, line } of leftOut) byReason.set(reason, [...(byReason.get(reason) ?? []), line]);
  const reasons = [...byReason].sort(([, a], [, b]) => b.length - a.length);
  const shown = reasons
    .slice(0, MAX_REASONS)
    .map(([reason, lines]) => `${lines.length} ${reason} (${ranges(lines.sort((a, b) => a - b))})`);
  const rest = reasons.slice(MAX_REASONS).reduce((sum, [, lines]) => sum + lines.length, 0);
  return [...shown, ...(rest > 0 ? [`${rest} more for ${reasons.length - MAX_REASONS} other reasons`] : [])].join(', ');
}

const MAX_REASONS = 8;
