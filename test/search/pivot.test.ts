import fc from 'fast-check';
import { expect, it } from 'vitest';
import { localisePivot } from '../../src/search/explain/pivot.ts';

/** An app by what makes its last step differ: the process (0 or 1) of every step. */
type App = (sides: readonly number[]) => boolean;

const each = (steps: number) => Array.from({ length: steps }, (_, step) => [step]);

async function locate(app: App, placement: readonly number[], units: readonly (readonly number[])[] = each(placement.length)) {
  let trials = 0;
  const differs = async (away: readonly number[]) => {
    trials++;
    return app(placement.map((_, step) => (away.includes(step) ? 1 : 0)));
  };
  const found = await localisePivot({ step: placement.length - 1, units, placement }, differs, { mayBeEarlier: true });
  return { found, trials };
}

const apart =
  (...steps: readonly [number, number]): App =>
  (sides) =>
    sides[steps[0]] !== sides[steps[1]];

it('a reader must be with the writer', async () => {
  expect((await locate(apart(1, 3), [0, 1, 0, 0])).found).toEqual({ moved: 3, unit: [3], sources: [1], warm: [] });
});

it('two writers must be together, wherever the reader is', async () => {
  for (const placement of [
    [0, 1, 0],
    [0, 1, 1],
  ])
    expect((await locate(apart(0, 1), placement)).found).toEqual({ moved: 1, unit: [1], sources: [0], warm: [] });
});

it('a writer with an outdated copy is moved, and has warmed it before', async () => {
  const app: App = ([a, b, c]) => a === c && a !== b;
  for (const reader of [0, 1])
    expect((await locate(app, [0, 1, 0, reader])).found).toEqual({ moved: 2, unit: [2], sources: [1], warm: [0] });
});

it('a reader with an outdated copy is moved', async () => {
  const app: App = ([a, b, c]) => a === c && a !== b;
  expect((await locate(app, [0, 1, 0])).found).toEqual({ moved: 2, unit: [2], sources: [1], warm: [0] });
});

it('steps that stay together are moved together', async () => {
  expect((await locate(apart(0, 2), [0, 1, 1, 0], [[0], [1, 2], [3]])).found).toEqual({
    moved: 2,
    unit: [1, 2],
    sources: [0],
    warm: [],
  });
});

it('is nothing where the answers contradict each other', async () => {
  expect((await locate(() => false, [0, 1, 0])).found).toBeNull();
});

it('whatever steps must be together: the two placements differ in one unit, and one of them alone is as expected', async () => {
  const rules = fc.array(fc.record({ together: fc.uniqueArray(fc.nat(7), { minLength: 2, maxLength: 3 }), apart: fc.nat(7) }), {
    minLength: 1,
    maxLength: 2,
  });
  await fc.assert(
    fc.asyncProperty(rules, fc.array(fc.nat(1), { minLength: 8, maxLength: 8 }), async (parts, placement) => {
      const app: App = (sides) => parts.some(({ together }) => new Set(together.map((step) => sides[step])).size > 1);
      fc.pre(app(placement));
      const { found, trials } = await locate(app, placement);
      const sides = (away: readonly number[]) => placement.map((_, step) => (away.includes(step) ? 1 : 0));
      expect(found).not.toBeNull();
      if (found === null) return;
      expect(app(sides([...found.warm, ...found.unit]))).toBe(true);
      expect(app(sides(found.warm))).toBe(false);
      expect(found.sources.length).toBeGreaterThan(0);
      expect(trials).toBeLessThan(120);
    }),
    { numRuns: 500, seed: 1 },
  );
});
