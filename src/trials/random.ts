import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A source of numbers in [0, 1). */
export type Random = () => number;

/** An independent stream of the one seed for every purpose, so that adding a draw in one place moves no other. */
export function randomStream(seed: number, purpose: string): Random {
  const generator = xoroshiro128plus(hash(`${seed}/${purpose}`));
  return () => uniformFloat64(generator);
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const char of text) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return value >>> 0;
}
