import type { Ignore } from '../../model/config.ts';
import { fieldMatcher, ignorer } from '../../model/ignore.ts';
import type { Exchange, Observation } from '../../model/observation.ts';
import { Handouts } from '../compare/distinct.ts';
import type { Noise } from '../compare/expectation.ts';
import { freshnessOf, judgeStep, type Oracle, type StepExpectation, sentValues } from '../compare/judge-step.ts';
import { normalise } from '../values/normalise.ts';
import { Seen } from '../values/seen.ts';
import { learn } from './learn-value.ts';

export interface LearnOptions {
  readonly ignore: Ignore;
  /** A play on a process that had already served a whole play of another visitor (the first control's process). */
  readonly warm?: Observation | undefined;
}

/** Learns from at least one control of the same session; the first must have been played to its end. */
export function learnOracle(controls: readonly Observation[], { ignore, warm }: LearnOptions): Oracle {
  const seen = controls.map((control) => new Seen(sentValues(control)));
  const steps = (controls[0]?.exchanges ?? []).map((_, step) => learnStep(controls, seen, { step, ignore }));
  const oracle = { steps, wild: new Set<string>(), controls: seen };
  return warm === undefined ? oracle : { ...oracle, wild: processBound(oracle, warm) };
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
