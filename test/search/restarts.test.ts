import { join } from 'node:path';
import getPort from 'get-port';
import { describe, expect, it } from 'vitest';
import { readEvidence } from '../../src/evidence/read.ts';
import type { Report } from '../../src/model/report.ts';
import type { RestartMode } from '../../src/model/schedule.ts';
import { APPS, run, workspace } from '../support/cli.ts';

const VISIT = ['POST /ada', 'GET /', 'POST /bob', 'GET /']
  .map((request) => request.replace(' ', ' http://localhost'))
  .join('\n\n###\n');

/** An audit of `departing.mjs`, and how often each kind of restart was played in it. */
async function audit(how: string, ...more: readonly string[]) {
  await using folder = await workspace({ 'visit.http': VISIT });
  const flags = ['check', '--session', 'visit.http', '--seed', '1', '--strength', '2', '--reporter', 'json'];
  const env = ['--env', `HOW=${how}`, '--env', `ADMIN_PORT=${await getPort()}`];
  const app = [...more, '--service', 'redis', ...env, '--', process.execPath, join(APPS, 'departing.mjs')];
  const { stdout, stderr } = await run([...flags, '--output', 'out', ...app], { cwd: folder.path });
  expect(stdout, stderr).toMatch(/^\{/);
  const { records } = readEvidence(join(folder.path, 'out'));
  const restarts = records.flatMap((record) =>
    record.kind === 'observation' ? record.observation.schedule.restarts.filter(({ pauseOnly }) => !pauseOnly) : [],
  );
  const played = (...modes: RestartMode[]) => restarts.filter(({ mode }) => modes.includes(mode)).length;
  return { report: JSON.parse(stdout) as Report, played };
}

describe('restarts', () => {
  it('that take everything lose nothing of a clean app: weaker ones are played before a few steps, and said to be implied', async () => {
    const { report, played } = await audit('keeps');
    const hard = report.isolation?.host === 'plain' ? 'memory' : 'everything';
    const coverage = report.sessions[0]?.coverage;
    expect([report.conclusion, report.sessions[0]?.unjudged]).toEqual(['conforms', []]);
    expect([coverage?.restarts[hard], played(hard)]).toEqual([[1, 2, 3], 3]);
    for (const mode of ['crash', 'deploy', 'config'] as const) expect(coverage?.restarts[mode].length).toBeGreaterThan(0);
    expect(played('crash', 'deploy', 'config', 'relocate')).toBe(3);
    const all = (mode: RestartMode) => [...(coverage?.restarts[mode] ?? []), ...(coverage?.implied[mode] ?? [])].sort();
    for (const mode of ['crash', 'deploy', 'config'] as const) expect(all(mode)).toEqual([1, 2, 3]);
  });

  it('of a weaker kind are played in full where one does harm of its own', async () => {
    const { report } = await audit('deploy-clears', '--host', 'plain');
    expect(report.findings.map(({ rule, clauses }) => [rule, clauses])).toEqual([['restart-loss', ['C5']]]);
    expect(report.findings[0]?.actual.when).toContain('stopped (SIGTERM) and started again');
  });

  it('of a weaker kind after which an app does not start again are no verdict', async () => {
    const { report } = await audit('lock-left');
    expect(report.conclusion).not.toBe('conforms');
    const session = report.sessions[0];
    expect(session?.unjudged.map(({ reason }) => reason)).toContainEqual(
      expect.stringContaining('web.1 did not start again after a crash'),
    );
    // Nothing that was not played is said of crashes.
    expect([session?.coverage?.restarts.crash, session?.coverage?.implied.crash]).toEqual([[], []]);
  });

  it('that take everything lose what is neither in memory nor on the disk alone', async () => {
    const { report } = await audit('shipped-later');
    if (report.isolation?.host === 'plain') return;
    expect(report.findings.map(({ rule }) => rule).sort()).toEqual(['local-disk', 'silent-fallback', 'single-instance']);
    const loss = report.findings.find(({ rule }) => rule === 'local-disk');
    expect(loss?.actual.when).toContain('killed (SIGKILL) and started elsewhere');
    expect(loss?.expected.when).toContain('kept its disk');
  });
});
