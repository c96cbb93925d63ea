import { join } from 'node:path';
import { expect, it } from 'vitest';
import { check } from '../support/cli.ts';

const APP = join(import.meta.dirname, '../../fixtures/apps/hazard-names-anew/server.js');

it('a session grows for so many plays and no more, and what is left out is said', async () => {
  const { report, exitCode, stderr } = await check(['node', APP], 'GET http://localhost/');
  expect(exitCode, stderr).toBe(0);
  expect(report?.problems).toMatchObject([
    { session: 0, code: 'session-grows', message: expect.stringContaining('after 16 plays') },
  ]);
  expect(report?.sessions[0]).toMatchObject({ steps: 1, unjudged: [] });
  expect(report?.trials).toBeLessThan(30);
});

it('redirects that never end are followed ten times', async () => {
  const { report, exitCode, stderr } = await check(['node', APP], 'GET http://localhost/loop');
  expect(exitCode, stderr).toBe(0);
  expect(report?.sessions[0]).toMatchObject({ steps: 11, unjudged: [] });
});
