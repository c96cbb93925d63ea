import { z } from 'zod';
import { DURATION, milliseconds } from '../model/duration.ts';
import { parseBudget, TRIALS } from './duration.ts';

/** In milliseconds: timers cannot wait for longer than 24.8 days. */
const DAY = 86_400_000;
export const MAX_TRIALS = 100_000;

/** A whole number within bounds. */
export function whole(min: number, max: number) {
  const error = `a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}

/** A time of at least so many milliseconds, and at most so many days. */
export function duration(least = 0, { days = 1 } = {}) {
  const most = days === 1 ? '24h' : `${days}d`;
  const error = `a time such as "500ms", "10s", "2m"${days === 1 ? '' : ', "30d"'}, or a number of milliseconds, from ${least}ms to ${most}`;
  const fits = (time: string | number) => milliseconds(time) >= least && milliseconds(time) <= days * DAY;
  const time = z.union([z.number({ error }), z.string({ error }).regex(DURATION, { error, abort: true })], { error });
  return time.refine(fits, { error });
}

/** A time, or a number of trials. */
export function budget() {
  const error = `a time such as "60s" (up to 24h), a number of trials such as "90 trials" (up to ${MAX_TRIALS}), or a number of milliseconds`;
  const fits = (given: string | number) => {
    const parsed = parseBudget(given);
    return parsed.kind === 'time' ? parsed.ms >= 0 && parsed.ms <= DAY : parsed.trials <= MAX_TRIALS;
  };
  const text = new RegExp(`${DURATION.source}|${TRIALS.source}`);
  const time = z.union([z.number({ error }), z.string({ error }).regex(text, { error, abort: true })], { error });
  return time.refine(fits, { error });
}
