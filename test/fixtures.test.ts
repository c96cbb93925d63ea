import { describe, expect, it } from 'vitest';
import { fixtureIds, frameworkIds, readExpected, runFixture } from '../fixtures/run-fixture.ts';

const all = await Promise.all((await fixtureIds()).map(async (id) => ({ id, expected: await readExpected(id) })));
// `npm run corpus` audits all of them.
const ids = all.filter(({ expected }) => expected.corpusOnly !== true).map(({ id }) => id);

describe.concurrent('the command line on fixture apps finds what expected.json says, and nothing else', () => {
  it.each(ids)('%s', { timeout: 180_000, retry: process.env.CI === undefined ? 0 : 1 }, async (id) => {
    const { differences } = await runFixture(id, { seed: 1, brief: true });
    expect(differences).toEqual([]);
  });
});

it('an app that stands for another is audited itself', async () => {
  const projects = await Promise.all((await frameworkIds()).map(async (id) => ({ id, expected: await readExpected(id) })));
  const every = [...all, ...projects];
  const left = every.filter(({ expected }) => expected.sameAs !== undefined).map(({ id }) => id);
  expect(every.filter(({ expected }) => left.includes(expected.sameAs ?? '')).map(({ id }) => id)).toEqual([]);
});
