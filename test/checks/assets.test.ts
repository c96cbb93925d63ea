import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { run, workspace } from '../support/cli.ts';

const APP = resolve(import.meta.dirname, '../../fixtures/apps/assets-packaged-again');

it('assets that every process makes again are no finding, but said, and counted apart from the steps', async () => {
  await using folder = await workspace();
  const args = ['--session', join(APP, 'session.http'), '--cwd', APP, '--strength', '2', '--reporter', 'json', '--seed', '1'];
  const { stdout } = await run(['check', ...args, '--', 'node', 'server.js'], { cwd: folder.path });
  const report = JSON.parse(stdout) as Report;
  expect(report.findings).toEqual([]);
  expect(report.sessions[0]).toMatchObject({ steps: 2, assets: 1, unjudged: [], tied: [] });
  const clause = report.clauses.find(({ clause }) => clause === 'C6')?.verdict;
  // Hosts that keep no disks apart cannot tell whose file it is.
  if (report.isolation?.host === 'plain') return expect(clause?.kind).toBe('not-applicable');
  expect(clause).toEqual({ kind: 'pass', exercised: 1 });
  expect(report.problems).toMatchObject([{ session: 0, step: 0, code: 'assets-at-runtime' }]);
  expect(report.problems[0]?.message).toMatch(
    /step 1 "GET \/" makes assets while the app serves: .*public\/assets\/common-\w+\.css; where the app's folder is read-only, step 1 answers 500$/,
  );
});

it('are not fetched where nobody asked for the rule', async () => {
  await using folder = await workspace();
  const args = ['--session', join(APP, 'session.http'), '--cwd', APP, '--rule', 'sticky-session', '--reporter', 'json'];
  const { stdout } = await run(['check', ...args, '--', 'node', 'server.js'], { cwd: folder.path });
  const { sessions, rules } = JSON.parse(stdout) as Report;
  expect(sessions[0]).toMatchObject({ steps: 2, assets: 0 });
  expect(rules.find(({ id }) => id === 'restart-loss')?.verdict.kind).toBe('not-applicable');
});
