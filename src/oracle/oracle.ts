import type { Ignore } from '../model/config.ts';
import { type Exchange, header, type Observation } from '../model/observation.ts';
import { check } from './check.ts';
import { distinctLabels } from './distinct.ts';
import type { Difference, Expected, Noise } from './expectation.ts';
import { fieldMatcher, pathMatcher } from './ignore.ts';
import { learn } from './learn.ts';
import { normalise } from './normalise.ts';
import type { Seen } from './template.ts';

/** What the controls of one session taught us to expect. */
export interface Oracle {
  readonly steps: readonly StepExpectation[];
  /** Labels of values that are bound to a process and not to the visitor, such as a pid on every page. */
  readonly wild: ReadonlySet<string>;
  /** For a label, the earlier labels whose values were always different from its own. */
  readonly distinct: ReadonlyMap<string, readonly string[]>;
}

export interface StepExpectation {
  readonly expected: Expected;
  readonly noise: readonly Noise[];
  /** Why the step cannot be judged, or `null`. */
  readonly unjudgeable: { readonly kind: 'ignored' | 'unstable'; readonly reason: string } | null;
}

/** How one step of a trial compares with the controls. `unjudged` counts neither way. */
export type StepResult =
  | { readonly kind: 'same' }
  | { readonly kind: 'different'; readonly differences: readonly Difference[] }
  | { readonly kind: 'unjudged'; readonly reason: string };

export interface LearnOptions {
  readonly ignore: Ignore;
  /** A play on a process that had already served a whole play of another visitor (the first control's process). */
  readonly warm?: Observation | undefined;
}

/** A reply that declares itself fresh for longer than this is not waited for: its differences are legal. */
export const MAX_AWAITED_FRESHNESS_S = 2;

/** Learns from at least one control of the same session; the first must have been played to its end. */
export function learnOracle(controls: readonly Observation[], { ignore, warm }: LearnOptions): Oracle {
  const seen: Seen[] = controls.map((control) => seenFrom(control));
  const steps = (controls[0]?.exchanges ?? []).map((_, step) => learnStep(controls, seen, { step, ignore }));
  const oracle = { steps, wild: new Set<string>(), distinct: distinctLabels(seen) };
  return warm === undefined ? oracle : { ...oracle, wild: processBound(oracle, seen, warm) };
}

/** The result for every step played, in order. */
export function compareObservation(oracle: Oracle, observation: Observation): StepResult[] {
  const comparison = startComparison(oracle, observation);
  return observation.exchanges.map((exchange) => comparison.accept(exchange));
}

/** A comparison that follows a play step by step. */
export interface Comparison {
  /** What `accept` would say, without remembering the reply's values. */
  peek(exchange: Exchange): StepResult;
  accept(exchange: Exchange): StepResult;
}

/** Begins to compare a play whose generated values are known (more may be added to `generated` while it goes on). */
export function startComparison(oracle: Oracle, play: Pick<Observation, 'generated'>): Comparison {
  const seen: Seen = new Map();
  const judge = (exchange: Exchange, values: Seen): StepResult => {
    for (const [label, value] of seenFrom(play)) values.set(label, value);
    return judgeStep(oracle, exchange, values);
  };
  return { peek: (exchange) => judge(exchange, new Map(seen)), accept: (exchange) => judge(exchange, seen) };
}

function judgeStep(oracle: Oracle, exchange: Exchange, seen: Seen): StepResult {
  const step = oracle.steps[exchange.step];
  const { reply } = exchange;
  if (step === undefined) return { kind: 'unjudged', reason: 'the controls never came this far' };
  if (reply.outcome !== 'answered') return { kind: 'unjudged', reason: reply.reason };
  const known = new Set(seen.keys());
  const value = normalise(reply);
  const differences = check(step.expected, value, { path: '', seen, wild: oracle.wild });
  const twice = [...seen.keys()].filter((label) => !known.has(label)).flatMap((label) => handedOutTwice(oracle, label, seen));
  if (step.unjudgeable !== null) return { kind: 'unjudged', reason: step.unjudgeable.reason };
  const all = [...differences, ...twice];
  if (all.length === 0) return { kind: 'same' };
  const excuse = excuseFor(exchange, all);
  return excuse === null ? { kind: 'different', differences: all } : { kind: 'unjudged', reason: excuse };
}

/** Differences that the app has declared, or that our own traffic may have caused. */
function excuseFor({ request, reply }: Exchange, differences: readonly Difference[]): string | null {
  if (reply.outcome !== 'answered') return null;
  if (reply.status === 429) return 'the app limited the rate of our requests (429)';
  const freshness = maxAge(header(reply.headers, 'cache-control') ?? '');
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const sameStatus = differences.every((difference) => difference.path !== 'status');
  return isRead && sameStatus && freshness > MAX_AWAITED_FRESHNESS_S ? `the reply declares itself fresh for ${freshness} s` : null;
}

/** Seconds that a `Cache-Control` value lets a reply be reused without asking; 0 if it must be asked for. */
export function maxAge(cacheControl: string): number {
  if (/\b(no-store|no-cache)\b/i.test(cacheControl)) return 0;
  return Number(/\b(?:s-maxage|max-age)=(\d+)/i.exec(cacheControl)?.[1] ?? 0);
}

function learnStep(
  controls: readonly Observation[],
  seen: readonly Seen[],
  { step, ignore }: { step: number; ignore: Ignore },
): StepExpectation {
  const heard = controls.flatMap(({ exchanges, at }, index) => {
    const exchange = exchanges[step];
    return exchange === undefined ? [] : [{ exchange, seen: seen[index] ?? new Map<string, string>(), playedAt: at }];
  });
  const noise: Noise[] = [];
  let minted = 0;
  const expected = learn(
    heard.map(({ exchange, ...sample }) => ({ ...sample, value: normalise(exchange.reply) })),
    { path: '', noise, ignored: fieldMatcher(ignore.fields), mint: (path) => `${step}:${path}#${minted++}` },
  );
  const exchanges = heard.map(({ exchange }) => exchange);
  return { expected, noise, unjudgeable: unjudgeable(exchanges, pathMatcher(ignore.paths)) };
}

function unjudgeable(exchanges: readonly Exchange[], ignored: (path: string) => boolean): StepExpectation['unjudgeable'] {
  const [first] = exchanges;
  if (first !== undefined && ignored(first.request.target)) return { kind: 'ignored', reason: 'ignored path' };
  const statuses = exchanges.map(({ reply }) =>
    reply.outcome === 'answered' ? String(reply.status) : `${reply.outcome}: ${reply.reason}`,
  );
  const answered = exchanges.every(({ reply }) => reply.outcome === 'answered');
  if (!answered) return { kind: 'unstable', reason: `not answered in every control (${[...new Set(statuses)].join(', ')})` };
  if (new Set(statuses).size > 1)
    return { kind: 'unstable', reason: `controls disagree: status ${[...new Set(statuses)].join(', then ')}` };
  return null;
}

/** Values that the session itself made for this play count as seen from the start. */
function seenFrom(play: Pick<Observation, 'generated'>): Seen {
  const entries = Object.entries(play.generated).filter(([, value]) => value.length >= 3);
  return new Map(entries.map(([key, value]) => [`sent:${key}`, value]));
}

/** Labels whose value came back in a second play on the same process, but not in a control on another. */
function processBound(oracle: Oracle, seen: readonly Seen[], warm: Observation): Set<string> {
  const values: Seen = seenFrom(warm);
  for (const exchange of warm.exchanges) judgeStep(oracle, exchange, values);
  const [own, ...others] = seen;
  const bound = [...values].filter(([label, value]) => {
    if (label.startsWith('sent:') || value.length === 0) return false;
    return own?.get(label) === value && others.some((other) => other.get(label) !== value);
  });
  return new Set(bound.map(([label]) => label));
}

function handedOutTwice(oracle: Oracle, label: string, seen: Seen): Difference[] {
  const value = seen.get(label);
  const earlier = (oracle.distinct.get(label) ?? []).find((other) => seen.get(other) === value && !oracle.wild.has(other));
  if (earlier === undefined || value === undefined || oracle.wild.has(label)) return [];
  return [
    {
      path: fieldOf(label),
      expected: `another value than at step ${Number.parseInt(earlier, 10) + 1}`,
      actual: JSON.stringify(value),
    },
  ];
}

function fieldOf(label: string): string {
  return label.replace(/^\d+:/, '').replace(/#\d+$/, '');
}
