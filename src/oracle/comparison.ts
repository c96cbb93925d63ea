import { type Exchange, isRead, type Observation } from '../model/observation.ts';
import { Handouts } from './distinct.ts';
import { judgeStep, type Oracle, type StepResult, sentValues } from './judge-step.ts';
import { Seen } from './seen.ts';

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
