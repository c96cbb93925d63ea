import { describe, expect, it } from 'vitest';
import { fixtureIds, runFixture } from '../fixtures/run-fixture.ts';

describe.concurrent('the command line on every fixture app finds what expected.json says, and nothing else', async () => {
  it.each(await fixtureIds())('%s', { timeout: 180_000 }, async (id) => {
    const { differences } = await runFixture(id, { seed: 1, brief: true });
    expect(differences).toEqual([]);
  });
});
