import fc from 'fast-check';
import { expect, it } from 'vitest';
import { minimalCause } from '../../src/search/explain/minimise.ts';

it('finds exactly the needed candidates, with few questions', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 64 }),
      fc.array(fc.integer({ min: 0, max: 63 }), { maxLength: 3 }),
      async (size, picks) => {
        const needed = [...new Set(picks.map((pick) => pick % size))].sort((a, b) => a - b);
        let questions = 0;
        const found = await minimalCause(
          Array.from({ length: size }, (_, index) => index),
          async (inForce) => {
            questions++;
            return needed.every((one) => inForce.includes(one));
          },
        );
        expect(found).toEqual(needed);
        expect(questions).toBeLessThanOrEqual(1 + needed.length * (Math.ceil(Math.log2(size)) + 1));
      },
    ),
  );
});

it('gives up when the answers contradict each other', async () => {
  expect(await minimalCause([1, 2, 3], async () => false)).toBeNull();
});
