import type { Expiry } from './stores.ts';

const UNITS: readonly (readonly [ms: number, noun: string])[] = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
];

/** A span of time in words, in the largest unit that it holds twice, or once exactly: `30 days`, `90 minutes`, `1 hour`. */
export function spanOf(ms: number): string {
  for (const [unit, noun] of UNITS) {
    const count = Math.round(ms / unit);
    // A life that has just begun has lost a moment already.
    if (count >= 2 || (count === 1 && Math.abs(ms - unit) < unit / 20)) return `${count} ${noun}${count === 1 ? '' : 's'}`;
  }
  return `${Math.max(1, Math.round(ms / 1000))} seconds`;
}

/** When an entry of a store goes, in words. */
export function describeExpiry(expiry: Expiry): string {
  switch (expiry.kind) {
    case 'never':
      return 'never expires';
    case 'in':
      return `expires in ${spanOf(expiry.ms)}`;
    case 'swept':
      return `swept by ${expiry.by}`;
  }
}
