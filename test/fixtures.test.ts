import { describe, expect, it } from 'vitest';
import { fixtureIds, frameworkIds, lackOf, readExpected, runFixture } from '../fixtures/run-fixture.ts';

const all = await Promise.all(
  (await fixtureIds()).map(async (id) => {
    const expected = await readExpected(id);
    return { id, expected, lack: expected.corpusOnly === true ? null : await lackOf(expected) };
  }),
);
// `npm run corpus` audits all of them.
const audited = all.filter(({ expected }) => expected.corpusOnly !== true);

describe.concurrent('the command line on fixture apps finds what expected.json says, and nothing else', () => {
  for (const { id, lack } of audited) {
    const options = { retry: process.env.CI === undefined ? 0 : 1 };
    it.skipIf(lack !== null)(lack === null ? id : `${id} (needs ${lack})`, options, async () => {
      const { differences } = await runFixture(id, { seed: 1, brief: true });
      expect(differences).toEqual([]);
    });
  }
});

it('an app that stands for another is audited itself', async () => {
  const projects = await Promise.all((await frameworkIds()).map(async (id) => ({ id, expected: await readExpected(id) })));
  const every = [...all, ...projects];
  const left = every.filter(({ expected }) => expected.sameAs !== undefined).map(({ id }) => id);
  expect(every.filter(({ expected }) => left.includes(expected.sameAs ?? '')).map(({ id }) => id)).toEqual([]);
});
