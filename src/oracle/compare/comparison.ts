import { type Exchange, isRead, type Observation, type Replay } from '../../model/observation.ts';
import { placeAt } from '../../model/schedule.ts';
import { Seen } from '../values/seen.ts';
import { Handouts } from './distinct.ts';
import { judgeStep, type Oracle, type StepResult, sentValues } from './judge-step.ts';

/** The result for every step played, in order. */
export function compareObservation(
  oracle: Oracle,
  observation: Observation,
  { past = 'play', given = [] }: ComparisonOptions = {},
): StepResult[] {
  const { exchanges, replays } = observation;
  const comparison = startComparison(oracle, observation, { past, given });
  return exchanges.map((exchange) => {
    for (const replay of replays) if (replay.before === exchange.step) comparison.replayed(replay);
    return comparison.accept(exchange);
  });
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
  /** Takes note of what a step of the footing gave where it was played once more: it counts there. */
  replayed(replay: Replay): StepResult;
  /** Values of this play by label, as far as it has come. */
  values(): Iterable<readonly [label: string, value: string]>;
}

/** Begins to compare a play whose generated values are known (more may be added to `generated` while it goes on). */
export function startComparison(
  oracle: Oracle,
  play: Pick<Observation, 'generated' | 'schedule'>,
  { past = 'play', given = [] }: ComparisonOptions = {},
): Comparison {
  const { footing } = play.schedule;
  const common = new Seen(given);
  const places = new Map<string, Seen>();
  const served = new Set<string>();
  const handouts = new Handouts(oracle.controls);
  const seenFor = (step: number): Seen => {
    // With nothing to stand on all places are one.
    const place = footing.length === 0 ? '' : placeAt(play.schedule, step);
    const seen = footing.length === 0 ? common : (places.get(place) ?? new Seen(common.entries()));
    places.set(place, seen);
    for (const one of new Set([common, seen])) for (const [label, value] of sentValues(play)) one.set(label, value);
    return seen;
  };
  const judge = (exchange: Exchange, { seen, handed }: { seen: Seen; handed: Handouts }) =>
    judgeStep(oracle, exchange, { seen, handouts: handed, mayBeOld: past === 'unknown' || served.has(copyOf(exchange)) });
  return {
    peek: (exchange) => judge(exchange, { seen: seenFor(exchange.step).fork(), handed: handouts.fork() }),
    accept(exchange) {
      const seen = seenFor(exchange.step);
      const result = judge(exchange, { seen, handed: handouts });
      if (isRead(exchange.request.method) && exchange.reply.outcome === 'answered') served.add(copyOf(exchange));
      if (!footing.includes(exchange.step))
        for (const [label, value] of seen.entries())
          if (isIssuedBy(label, exchange.step)) for (const other of [common, ...places.values()]) other.set(label, value);
      return result;
    },
    replayed: ({ before, exchange }) => judge(exchange, { seen: seenFor(before), handed: handouts.fork() }),
    values: () => common.entries(),
  };
}

/** Whether a value was first seen in the reply to a step. */
function isIssuedBy(label: string, step: number): boolean {
  return label.startsWith(`${step}:`);
}

/** Names the copy of a reply that a process may keep for a visitor. */
function copyOf({ by, visitor, request }: Exchange): string {
  return `${by} ${visitor} ${request.target}`;
}
