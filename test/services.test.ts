import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { parseService } from '../src/config/services.ts';
import { readEvidence } from '../src/evidence/store.ts';
import { linkInProc, processIds } from '../src/supervisor/proc.ts';
import { APPS, CLI, run, workspace } from './support/cli.ts';

const VISIT = 'POST http://localhost/ada\n\n###\nGET http://localhost/ada';
const APP = ['--', process.execPath, join(APPS, 'registry.mjs')];
const FLAGS = ['check', '--session', 'visit.http', '--strength', '2', '--host', 'plain', '--output', 'out', '--seed', '1'];
const hasRedis = !(await execa('redis-server', ['--version'], { reject: false })).failed;

/** Folders of services in a temporary folder, and Redis servers that have their data there. */
async function left(temporary: string): Promise<string[]> {
  const folders = (await readdir(temporary)).filter((name) => name.startsWith('share-nothing-'));
  const pids = processIds().filter((pid) => linkInProc(`${pid}/cwd`).startsWith(temporary));
  return [...folders, ...pids.map(String)];
}

describe.skipIf(!hasRedis)('a service that is started for the app (needs redis-server)', () => {
  it('is empty when a trial begins, and its address is given under the names asked for', { timeout: 120_000 }, async () => {
    await using folder = await workspace({ 'visit.http': VISIT });
    for (const service of ['redis', 'redis:CACHE_URL={url}/3']) {
      const flags = [...FLAGS, '--service', service, '--allow-unjudged', '1', ...APP];
      const { stdout, stderr } = await run(flags, { cwd: folder.path });
      expect(stderr + stdout).not.toContain('does not conform');
      const { records } = readEvidence(join(folder.path, 'out'));
      const trials = records.flatMap((record) =>
        record.kind === 'observation' && record.observation.schedule.variant.kind === 'plain' ? [record.observation] : [],
      );
      const first = new Map([...trials].reverse().map(({ trial, exchanges }) => [trial, exchanges[0]?.reply]));
      expect(first.size).toBeGreaterThan(5);
      // In a store that keeps what an earlier trial has written, the name is taken.
      expect([...first.values()].filter((reply) => reply?.outcome !== 'answered' || reply.status !== 201)).toEqual([]);
    }
  });

  it('ends with the audit, however that ends', { timeout: 120_000 }, async () => {
    await using folder = await workspace({ 'visit.http': VISIT });
    const temporary = join(folder.path, 'tmp');
    await mkdir(temporary);
    const env = { TMPDIR: temporary };
    const { exitCode } = await run([...FLAGS, '--service', 'redis', ...APP], { cwd: folder.path, env });
    expect(exitCode).not.toBe(1);
    expect(await left(temporary)).toEqual([]);

    const killed = execa(process.execPath, [CLI, ...FLAGS, '--service', 'redis', ...APP], {
      cwd: folder.path,
      env,
      reject: false,
      buffer: false,
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    const output = join(folder.path, 'out');
    const isServing = () => readEvidence(output).records.some(({ kind }) => kind === 'beside');
    const before = (await readdir(output)).length;
    while ((await readdir(output)).length === before || !isServing()) await wait(50);
    killed.kill('SIGKILL');
    await killed;
    for (let tries = 0; tries < 100 && (await left(temporary)).length > 0; tries++) await wait(100);
    expect(await left(temporary)).toEqual([]);
  });

  it('that is ended by somebody gives no verdict, and is said', { timeout: 120_000 }, async () => {
    await using folder = await workspace({ 'visit.http': VISIT });
    const { exitCode, stderr } = await run([...FLAGS, '--service', 'redis', '--env', 'SHUTDOWN=yes', ...APP], { cwd: folder.path });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/error: the Redis server that was started for the audit does not answer any more/);
  });

  it('sets no variable that the app was given', { timeout: 60_000 }, async () => {
    await using folder = await workspace({ 'visit.http': VISIT });
    const { exitCode, stderr } = await run([...FLAGS, '--service', 'redis', '--env', 'REDIS_URL=redis://other', ...APP], {
      cwd: folder.path,
    });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/error: the variable REDIS_URL is given to the app, and --service redis would set it as well/);
  });
});

describe('services', () => {
  it('whose program is not there say what to install', { timeout: 60_000 }, async () => {
    await using folder = await workspace({ 'visit.http': VISIT });
    const { exitCode, stderr } = await run([...FLAGS, '--service', 'redis', ...APP], {
      cwd: folder.path,
      env: { PATH: folder.path },
    });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/error: there is no program for --service redis.*\nhint: Install one: apt-get install redis-server/);
  });

  it('are read from a text', () => {
    expect(parseService('redis')).toEqual({ name: 'redis', env: null });
    expect(parseService('redis:A={host}:{port},B=x,y')).toEqual({ name: 'redis', env: { A: '{host}:{port}', B: 'x,y' } });
    for (const wrong of ['', 'mongo', 'redis:', 'redis:A', 'redis:A={uri}', 'redis:1A={url}'])
      expect(parseService(wrong)).toBeNull();
  });
});
