import type { Budget } from '../model/config.ts';

/** How a time is written: `500ms`, `10s`, `1.5m`, `1h`. */
export const DURATION = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/;

/** How a number of trials is written: `90 trials`, `90trials`. */
export const TRIALS = /^(\d+)\s*trials?$/;

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a time that has been validated: a number of them, or a text of the form `DURATION`. */
export function milliseconds(time: string | number): number {
  if (typeof time === 'number') return time;
  const [, count = '', unit = ''] = DURATION.exec(time) ?? [];
  return Math.round(Number(count) * (MILLISECONDS[unit] ?? Number.NaN));
}

/** A budget that has been validated: a time, or a text of the form `TRIALS`. */
export function parseBudget(budget: string | number): Budget {
  const trials = typeof budget === 'string' ? TRIALS.exec(budget)?.[1] : undefined;
  return trials === undefined ? { kind: 'time', ms: milliseconds(budget) } : { kind: 'trials', trials: Number(trials) };
}
