import type { Budget } from '../model/config.ts';
import { milliseconds } from '../model/duration.ts';

/** How a number of trials is written: `90 trials`, `90trials`. */
export const TRIALS = /^(\d+)\s*trials?$/;

/** A budget that has been validated: a time, or a text of the form `TRIALS`. */
export function parseBudget(budget: string | number): Budget {
  const trials = typeof budget === 'string' ? TRIALS.exec(budget)?.[1] : undefined;
  return trials === undefined ? { kind: 'time', ms: milliseconds(budget) } : { kind: 'trials', trials: Number(trials) };
}
