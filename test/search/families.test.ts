import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forTriples, patternOf, type Row, splitEveryPair, splitEveryTriple } from '../../src/search/coverage/families.ts';
import { Pins } from '../../src/search/coverage/pins.ts';
import { randomStream } from '../../src/trials/random.ts';

function missingPairs(rows: readonly Row[], k: number): string[] {
  const missing: string[] = [];
  for (let i = 0; i < k; i++) for (let j = i + 1; j < k; j++) if (!rows.some((row) => row[i] !== row[j])) missing.push(`${i},${j}`);
  return missing;
}

function missingTriples(rows: readonly Row[], k: number): string[] {
  const missing: string[] = [];
  forTriples(k, (i, j, l) => {
    const seen = new Set(rows.map((row) => patternOf(row[i] ?? 0, row[j] ?? 0, row[l] ?? 0)));
    for (const pattern of [0, 1, 2]) if (!seen.has(pattern)) missing.push(`${i},${j},${l}:${pattern}`);
  });
  return missing;
}

const EVERY_K = Array.from({ length: 63 }, (_, index) => index + 2);

describe('strength 2', () => {
  it.each(EVERY_K)('splits every pair of %i steps, in ⌈log2 k⌉ rows', (k) => {
    const rows = splitEveryPair(k);
    expect(missingPairs(rows, k)).toEqual([]);
    expect(rows.length).toBe(Math.ceil(Math.log2(k)));
  });
});

describe('strength 3', () => {
  it.each(EVERY_K)('brings every triple of %i steps into AAB, ABA and ABB', (k) => {
    const start = splitEveryPair(k);
    const rows = [...start, ...splitEveryTriple(k, randomStream(k, 'test'), { start })];
    expect(missingTriples(rows, k)).toEqual([]);
    expect(missingPairs(rows, k)).toEqual([]);
  });

  it('does so for every seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 24 }), fc.integer(), (k, seed) => {
        const rows = splitEveryTriple(k, randomStream(seed, 'test'), { start: [] });
        return missingTriples(rows, k).length === 0;
      }),
      { numRuns: 40 },
    );
  });

  it('keeps pinned steps together and misses nothing that they allow', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 12 }),
        fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 4 }),
        fc.integer(),
        (k, pairs, seed) => {
          const pins = new Pins(k);
          for (const [a, b] of pairs) pins.pin([a % k, b % k]);
          const has = (i: number, j: number, l: number, pattern: number) => pins.exclude([i, j, l], pattern);
          const rows = splitEveryTriple(k, randomStream(seed, 'test'), {
            start: [],
            covered: { has },
            pins: { units: pins.units() },
          });
          const possible = missingTriples(rows, k).filter((missing) => {
            const [i = 0, j = 0, l = 0, pattern = 0] = missing.split(/[,:]/).map(Number);
            return !pins.exclude([i, j, l], pattern);
          });
          return possible.length === 0 && rows.every((row) => pins.pairs().every(([a, b]) => row[a] === row[b]));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is the same for the same seed', () => {
    const family = () => splitEveryTriple(12, randomStream(7, 'x'), { start: splitEveryPair(12) });
    expect(family()).toEqual(family());
  });

  it('plays nothing that is covered already', () => {
    expect(splitEveryTriple(6, randomStream(1, 'x'), { start: [], covered: { has: () => true } })).toEqual([]);
  });
});

describe('pins', () => {
  it('keep steps together in every placement', () => {
    const pins = new Pins(5);
    pins.pin([1, 3]);
    pins.pin([3, 4]);
    expect(pins.units()).toEqual([[0], [1, 3, 4], [2]]);
    expect(pins.expand([0, 1, 0])).toEqual([0, 1, 0, 1, 1]);
    expect(pins.pairs()).toEqual([
      [1, 3],
      [1, 4],
      [3, 4],
    ]);
  });
});
