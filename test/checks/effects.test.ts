import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { APPS, check, run, workspace } from '../support/cli.ts';

const ORDERS = resolve(import.meta.dirname, '../../fixtures/apps/orders-unread/server.js');
const READ_BEFORE = [
  '@user = {{$uuid}}',
  '### Look\nGET http://localhost/orders?user={{user}}',
  '### Order\nPOST http://localhost/orders?user={{user}}\n\n{"sku":"lamp"}',
].join('\n\n');

describe('a read that is asked once more', () => {
  it('shows what a write did, is reported as such, and is replayed', async () => {
    await using folder = await workspace({ 'session.http': READ_BEFORE });
    const cwd = folder.path;
    const flags = ['--session', 'session.http', '--host', 'plain', '--strength', '2', '--seed', '1', '--output', 'out'];
    const reporters = ['--reporter', 'terminal,json=report.json'];
    const { stdout, exitCode } = await run(['check', ...flags, ...reporters, '--', process.execPath, ORDERS], { cwd });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('2 steps and 1 read once more, 2 judged');
    expect(stdout).toMatch(/effects +2 read by step 3/);
    const { sessions, findings } = JSON.parse(await readFile(join(cwd, 'report.json'), 'utf8')) as Report;
    expect(sessions[0]).toMatchObject({
      steps: 2,
      echoes: 1,
      effects: [{ step: 2, kind: 'read', readBy: [{ step: 3, paths: ['body.orders'] }] }],
      writes: { all: 1, read: 1, onOthers: 0 },
    });
    expect(sessions[0]?.requests[2]).toMatchObject({ kind: 'echo', status: null, name: 'Look, once more' });
    const again = await run(['replay', findings[0]?.id ?? '', '--output', 'out'], { cwd });
    expect(again.stdout).toContain('reproduced');
  });
});

describe('a write that is shown', () => {
  const app = [process.execPath, join(APPS, 'pushed.mjs')];

  it('by a page that is not compared alone is not judged, and that page is named', async () => {
    const { report, exitCode } = await check(app, 'POST http://localhost/push\n\nmilk\n\n###\nGET http://localhost/metrics');
    expect(exitCode).toBe(2);
    const [{ reason = '', remedy = '' } = {}] = report?.sessions[0]?.unjudged ?? [];
    expect(reason).toContain('step 2 "GET /metrics" is not compared');
    expect(remedy).toContain('--judge-path');
  });

  it('by nothing is not judged, unless the session says that this is meant', async () => {
    const silent = await check(app, 'POST http://localhost/push\n\nmilk\n\n###\nGET http://localhost/');
    expect([silent.exitCode, silent.report?.sessions[0]?.unjudged.map(({ step }) => step)]).toEqual([2, [1]]);
    const meant = await check(app, '# @unread\nPOST http://localhost/push\n\nmilk\n\n###\nGET http://localhost/');
    expect([meant.exitCode, meant.report?.sessions[0]?.effects[0]?.kind]).toEqual([0, 'unread-meant']);
    const asked = await check(app, '# @read\nPOST http://localhost/push?as=created\n\nmilk\n\n###\nGET http://localhost/');
    expect(asked.report?.problems[0]?.message).toBe(
      'step 1 "POST /push?as=created" answered 201, as writes do, and the session says that it only asks',
    );
  });
});
