import type { Expiry } from './stores.ts';

const UNITS: readonly (readonly [ms: number, noun: string])[] = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
];

/** A span of time in words, in the largest unit that tells it to a twentieth: `30 days`, `90 minutes`, `1 hour`. */
export function spanOf(ms: number): string {
  const telling = UNITS.find(([unit]) => ms >= unit / 2 && Math.abs(ms - Math.round(ms / unit) * unit) <= ms / 20);
  const [unit, noun] = telling ?? [1000, 'second'];
  const count = Math.max(1, Math.round(ms / unit));
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
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
