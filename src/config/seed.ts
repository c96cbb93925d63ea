import { randomInt } from 'node:crypto';
import { MAX_SEED } from './defaults.ts';

/** A seed that nobody has chosen. */
export function randomSeed(): number {
  return randomInt(MAX_SEED + 1);
}
