import type { Ignore } from '../model/config.ts';
import { fieldMatcher, ignorer } from '../model/ignore.ts';
import { type Exchange, header, isRead, type Observation, type Reply } from '../model/observation.ts';
import { check } from './check.ts';
import { Handouts } from './distinct.ts';
import type { Difference, Expected, Noise } from './expectation.ts';
import { learn } from './learn.ts';
import { normalise } from './normalise.ts';
import { Seen } from './seen.ts';

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

export interface LearnOptions {
  readonly ignore: Ignore;
  /** A play on a process that had already served a whole play of another visitor (the first control's process). */
  readonly warm?: Observation | undefined;
}

/** A reply that declares itself fresh for longer than this is not waited for: its differences are legal. */
export const MAX_AWAITED_FRESHNESS_S = 2;

/** Learns from at least one control of the same session; the first must have been played to its end. */
export function learnOracle(controls: readonly Observation[], { ignore, warm }: LearnOptions): Oracle {
  const seen = controls.map((control) => new Seen(sentValues(control)));
  const steps = (controls[0]?.exchanges ?? []).map((_, step) => learnStep(controls, seen, { step, ignore }));
  const oracle = { steps, wild: new Set<string>(), controls: seen };
  return warm === undefined ? oracle : { ...oracle, wild: processBound(oracle, warm) };
}

/** The result for every step played, in order. */
export function compareObservation(
  oracle: Oracle,
  observation: Observation,
  { past = 'play', given = [] }: ComparisonOptions = {},
): StepResult[] {
  const comparison = startComparison(oracle, observation, { past, given });
  return observation.exchanges.map((exchange) => comparison.accept(exchange));
}

/**
 * What processes may have answered before: what the play shows (`play`), or anything (`unknown`), as where they serve others too. Only who has
 * served a URL to a visitor before can hold an old copy of it for that visitor.
 */
export type Past = 'play' | 'unknown';

export interface ComparisonOptions {
  readonly past?: Past;
  /** Values that are known from the start, by label. */
  readonly given?: Iterable<readonly [label: string, value: string]>;
}

/** A comparison that follows a play step by step. */
export interface Comparison {
  /** What `accept` would say, without remembering the reply's values. */
  peek(exchange: Exchange): StepResult;
  accept(exchange: Exchange): StepResult;
  /** Values of this play by label, as far as it has come. */
  values(): Iterable<readonly [label: string, value: string]>;
}

/** Begins to compare a play whose generated values are known (more may be added to `generated` while it goes on). */
export function startComparison(
  oracle: Oracle,
  play: Pick<Observation, 'generated'>,
  { past = 'play', given = [] }: ComparisonOptions = {},
): Comparison {
  const seen = new Seen(given);
  const served = new Set<string>();
  const mayBeOld = (exchange: Exchange) => past === 'unknown' || served.has(copyOf(exchange));
  const handouts = new Handouts(oracle.controls);
  const know = () => {
    for (const [label, value] of sentValues(play)) seen.set(label, value);
  };
  return {
    peek(exchange) {
      know();
      return judgeStep(oracle, exchange, { seen: seen.fork(), handouts: handouts.fork(), mayBeOld: mayBeOld(exchange) });
    },
    accept(exchange) {
      know();
      const result = judgeStep(oracle, exchange, { seen, handouts, mayBeOld: mayBeOld(exchange) });
      if (isRead(exchange.request.method) && exchange.reply.outcome === 'answered') served.add(copyOf(exchange));
      return result;
    },
    values: () => seen.entries(),
  };
}

/** Names the copy of a reply that a process may keep for a visitor. */
function copyOf({ by, visitor, request }: Exchange): string {
  return `${by} ${visitor} ${request.target}`;
}

interface Memory {
  readonly seen: Seen;
  readonly handouts: Handouts;
  /** Whether its process can hold an old copy of the reply. */
  readonly mayBeOld: boolean;
}

function judgeStep(oracle: Oracle, exchange: Exchange, { seen, handouts, mayBeOld }: Memory): StepResult {
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

function learnStep(
  controls: readonly Observation[],
  seen: readonly Seen[],
  { step, ignore }: { step: number; ignore: Ignore },
): StepExpectation {
  const heard = controls.flatMap(({ exchanges, at }, index) => {
    const exchange = exchanges[step];
    return exchange === undefined ? [] : [{ exchange, seen: seen[index] ?? new Seen(), playedAt: at }];
  });
  const noise: Noise[] = [];
  const lost: string[] = [];
  let minted = 0;
  const expected = learn(
    heard.map(({ exchange, ...sample }) => ({ ...sample, value: normalise(exchange.reply) })),
    { path: '', noise, lost, ignored: fieldMatcher(ignore.fields), mint: (path) => `${step}:${path}#${minted++}` },
  );
  const exchanges = heard.map(({ exchange }) => exchange);
  const freshness = Math.min(...exchanges.map(({ reply }) => freshnessOf(reply)));
  return { expected, noise, freshness, unjudgeable: unjudgeable(exchanges, { ignored: ignorer(ignore), lost }) };
}

function unjudgeable(
  exchanges: readonly Exchange[],
  { ignored, lost }: { ignored: ReturnType<typeof ignorer>; lost: readonly string[] },
): StepExpectation['unjudgeable'] {
  const [first] = exchanges;
  const by = first === undefined ? null : ignored(first.request);
  if (by !== null)
    return by === 'named' ? { kind: 'ignored', reason: 'ignored path' } : { kind: 'default', reason: 'left out by default' };
  const statuses = exchanges.map(({ reply }) =>
    reply.outcome === 'answered' ? String(reply.status) : `no answer: ${reply.reason}`,
  );
  const answered = exchanges.every(({ reply }) => reply.outcome === 'answered');
  if (!answered) return { kind: 'unstable', reason: `not answered in every control (${[...new Set(statuses)].join(', ')})` };
  if (new Set(statuses).size > 1)
    return { kind: 'unstable', reason: `controls disagree: status ${[...new Set(statuses)].join(', then ')}` };
  if (lost.length > 0)
    return {
      kind: 'unstable',
      reason: `controls disagree: ${lost[0]} holds what the visitor sent or was given in one and not in another`,
    };
  return null;
}

/** Values that the session itself made for this play count as seen from the start. */
function sentValues({ generated }: Pick<Observation, 'generated'>): [label: string, value: string][] {
  return Object.entries(generated).flatMap(([key, value]) => (value.length >= 3 ? [[`sent:${key}`, value]] : []));
}

/** Labels whose value came back in a second play on the same process, but not in a control on another. */
function processBound(oracle: Oracle, warm: Observation): Set<string> {
  const memory = { seen: new Seen(sentValues(warm)), handouts: new Handouts(oracle.controls), mayBeOld: true };
  for (const exchange of warm.exchanges) judgeStep(oracle, exchange, memory);
  const [own, ...others] = oracle.controls;
  const bound = [...memory.seen.entries()].filter(([label, value]) => {
    if (label.startsWith('sent:') || value.length === 0) return false;
    return own?.get(label) === value && others.some((other) => other.get(label) !== value);
  });
  return new Set(bound.map(([label]) => label));
}
