import { type Exchange, header, isRead, type Observation, type Reply } from '../../model/observation.ts';
import { normalise } from '../values/normalise.ts';
import type { Seen } from '../values/seen.ts';
import { check } from './check-value.ts';
import type { Handouts } from './distinct.ts';
import type { Difference, Expected, Noise } from './expectation.ts';

/** What the controls of one session taught us to expect. */
export interface Oracle {
  readonly steps: readonly StepExpectation[];
  /** Labels of values that are bound to a process and not to the visitor, such as a pid on every page. */
  readonly wild: ReadonlySet<string>;
  /** Values of every control by label. */
  readonly controls: readonly Seen[];
}

export interface StepExpectation {
  readonly expected: Expected;
  readonly noise: readonly Noise[];
  /** For how many seconds every control declared its reply to be fresh. */
  readonly freshness: number;
  /** Why the step cannot be judged, or `null`. */
  readonly unjudgeable: { readonly kind: 'ignored' | 'default' | 'unstable'; readonly reason: string } | null;
}

/** How one step of a trial compares with the controls. `unjudged` counts neither way. */
export type StepResult =
  | { readonly kind: 'same' }
  | { readonly kind: 'different'; readonly differences: readonly Difference[] }
  | { readonly kind: 'unjudged'; readonly why: Unjudged; readonly reason: string };

/**
 * Why a reply was not judged. `absent`: the step was not played, or not sent; `step`: it cannot be judged in any trial (see
 * `StepExpectation.unjudgeable`); `excused`: it differed, and the app or our own traffic is a reason for that; `alike`: its lists
 * cannot be compared.
 */
export type Unjudged = 'absent' | 'step' | 'excused' | 'alike';

/** A reply that declares itself fresh for longer than this is not waited for: its differences are legal. */
export const MAX_AWAITED_FRESHNESS_S = 2;

/** What a play has shown before a reply is judged. */
export interface Memory {
  readonly seen: Seen;
  readonly handouts: Handouts;
  /** Whether its process can hold an old copy of the reply. */
  readonly mayBeOld: boolean;
}

/** How a reply compares with the controls; its values are added to what has been seen. */
export function judgeStep(oracle: Oracle, exchange: Exchange, { seen, handouts, mayBeOld }: Memory): StepResult {
  const step = oracle.steps[exchange.step];
  const { reply } = exchange;
  if (step === undefined) return { kind: 'unjudged', why: 'absent', reason: 'the controls never came this far' };
  if (reply.outcome === 'unsent') return { kind: 'unjudged', why: 'absent', reason: reply.reason };
  if (reply.outcome !== 'answered') {
    if (step.unjudgeable !== null) return { kind: 'unjudged', why: 'step', reason: step.unjudgeable.reason };
    return { kind: 'different', differences: [{ path: 'answer', expected: 'an answer', actual: `none: ${reply.reason}` }] };
  }
  const fresh = seen.fork();
  const tooAlike: string[] = [];
  const differences = check(step.expected, normalise(reply), { path: '', seen: fresh, wild: oracle.wild, tooAlike });
  for (const [label, value] of fresh.entries()) {
    const twice = oracle.wild.has(label) ? null : handouts.take(label, value);
    if (twice !== null) differences.push(twice);
  }
  seen.adopt(fresh);
  if (step.unjudgeable !== null) return { kind: 'unjudged', why: 'step', reason: step.unjudgeable.reason };
  if (differences.length === 0)
    return tooAlike.length === 0
      ? { kind: 'same' }
      : { kind: 'unjudged', why: 'alike', reason: `${tooAlike[0]} holds too many items that are alike` };
  const excuse = excuseFor(exchange, differences, mayBeOld ? step.freshness : 0);
  return excuse === null ? { kind: 'different', differences } : { kind: 'unjudged', why: 'excused', reason: excuse };
}

/** Differences that the app has declared, or that our own traffic may have caused. */
function excuseFor({ request, reply }: Exchange, differences: readonly Difference[], expected: number): string | null {
  if (reply.outcome !== 'answered') return null;
  if (reply.status === 429) return 'the app limited the rate of our requests (429)';
  // An old answer is no excuse for itself: what the app declares counts where it declares it of the right answer as well.
  const freshness = Math.min(expected, freshnessOf(reply));
  const sameStatus = differences.every((difference) => difference.path !== 'status');
  return isRead(request.method) && sameStatus && freshness > MAX_AWAITED_FRESHNESS_S
    ? `the reply declares itself fresh for ${freshness} s`
    : null;
}

/** For how many seconds a reply declares itself fresh to whoever asked; what it says to shared caches (`s-maxage`) is not meant for clients. */
export function freshnessOf(reply: Reply): number {
  return reply.outcome === 'answered' ? maxAge(header(reply.headers, 'cache-control') ?? '') : 0;
}

/** Seconds that a `Cache-Control` value lets a reply be reused without asking; 0 if it must be asked for. */
function maxAge(cacheControl: string): number {
  if (/\b(no-store|no-cache)\b/i.test(cacheControl)) return 0;
  return Number(/\bmax-age=(\d+)/i.exec(cacheControl)?.[1] ?? 0);
}

/** Values that the session itself made for this play count as seen from the start. */
export function sentValues({ generated }: Pick<Observation, 'generated'>): [label: string, value: string][] {
  return Object.entries(generated).flatMap(([key, value]) => (value.length >= 3 ? [[`sent:${key}`, value]] : []));
}
