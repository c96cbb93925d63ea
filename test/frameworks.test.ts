import { describe, expect, it } from 'vitest';
import { frameworkIds, lackOf, readExpected, runFixture } from '../fixtures/run-fixture.ts';

const all = await Promise.all(
  (await frameworkIds()).map(async (id) => {
    const expected = await readExpected(id);
    return { id, corpusOnly: expected.corpusOnly ?? false, missing: await lackOf(expected) };
  }),
);
// `npm run corpus` audits all of them.
const chosen = all.filter(({ corpusOnly }) => !corpusOnly);

describe.concurrent('projects on real frameworks', () => {
  for (const { id, missing } of chosen)
    it.skipIf(missing !== null)(
      missing === null ? id : `${id} (needs ${missing})`,
      { retry: process.env.CI === undefined ? 0 : 1 },
      async () => {
        const { differences } = await runFixture(id, { seed: 1, brief: true });
        expect(differences).toEqual([]);
      },
    );
});
