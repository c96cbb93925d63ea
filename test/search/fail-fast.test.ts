import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { APPS, run, workspace } from '../support/cli.ts';

const LOOK = 'GET http://localhost/';
const VISIT = `POST http://localhost/notes\nContent-Type: application/x-www-form-urlencoded\n\ntitle=tea\n\n###\n${LOOK}\n\n###\n${LOOK}`;
const APP = ['--host', 'plain', '--seed', '1', '--', process.execPath, join(APPS, 'notes.mjs')];

it('--fail-fast ends at the first violation, and says what was not looked for', async () => {
  await using folder = await workspace({ 'visit.http': VISIT, 'more.http': LOOK });
  const flags = ['check', '--session', 'visit.http', '--session', 'more.http', '--fail-fast', '--reporter', 'json'];
  const { exitCode, stdout } = await run([...flags, ...APP], { cwd: folder.path });
  const { findings, sessions, problems } = JSON.parse(stdout) as Report;
  expect([exitCode, findings.map(({ rule }) => rule)]).toEqual([1, ['process-memory']]);
  expect(findings[0]?.confirmed).toEqual({ failing: 3, failingOf: 3, passing: 0, passingOf: 3 });
  expect(sessions.map(({ coverage }) => coverage?.cutShort)).toEqual([
    '--fail-fast: the search ended at the first violation',
    undefined,
  ]);
  // No restart was searched, only what tells the cause of the finding.
  expect(sessions[0]?.coverage?.restarts.config).toEqual([]);
  // Why a later look differed is plain from the finding, and no chance.
  for (const { reason } of sessions[0]?.unjudged ?? []) expect(reason).not.toContain('no cause was found');
  expect(problems).toContainEqual(expect.objectContaining({ code: 'fail-fast' }));
  const clash = await run(['check', '--session', 'visit.http', '--fail-fast', '--baseline', 'known.json', ...APP], {
    cwd: folder.path,
  });
  expect([clash.exitCode, clash.stderr]).toEqual([2, expect.stringContaining('--fail-fast ends at the first violation')]);
});
