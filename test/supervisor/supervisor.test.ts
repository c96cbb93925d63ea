import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import type { App } from '../../src/model/app.ts';
import { plain } from '../../src/supervisor/hosts/plain.ts';
import { createPorts } from '../../src/supervisor/ports.ts';
import { createSupervisor, type SupervisorOptions } from '../../src/supervisor/supervisor.ts';
import { APPS, processesMarked, workspace } from '../support/cli.ts';

let runs = 0;

function supervise(app: Partial<App> = {}, options: Partial<SupervisorOptions> = {}) {
  const runId = `supervisor-test-${process.pid}-${++runs}`;
  const defaults: App = {
    command: [process.execPath, join(APPS, 'server.mjs')],
    cwd: APPS,
    env: {},
    readiness: { path: null, timeoutMs: 10_000 },
    stopGraceMs: 5_000,
  };
  const supervisor = createSupervisor({ app: { ...defaults, ...app }, runId, ...options });
  const left = () => processesMarked(`SHARE_NOTHING_RUN=${runId}`);
  return {
    start: async (name: string, rest: { env?: Record<string, string> } = {}) =>
      supervisor.start(name, { disk: await plain.createDisk({ hostname: null }), ...rest }),
    stopAll: supervisor.stopAll,
    left,
    [Symbol.asyncDispose]: () => supervisor[Symbol.asyncDispose](),
  };
}

async function ask(origin: string): Promise<Record<string, unknown>> {
  return (await (await fetch(origin, { headers: { connection: 'close' } })).json()) as Record<string, unknown>;
}

async function failure(promise: Promise<unknown>): Promise<UserError> {
  const error = await promise.then(
    () => new Error('did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof UserError)) throw error;
  return error;
}

describe('starting', () => {
  it('gives every process a port, as PORT and in place of {port}', async () => {
    await using it = supervise({ command: [process.execPath, join(APPS, 'server.mjs'), '--listen={port}'] });
    const [one, other] = await Promise.all([it.start('web.1'), it.start('web.2')]);
    expect(one.port).not.toBe(other.port);
    for (const { origin, port } of [one, other])
      expect(await ask(origin)).toMatchObject({ port: String(port), args: [`--listen=${port}`], workers: '1' });
  });

  it('adds variables to the environment, the later winning', async () => {
    await using it = supervise({ env: { WEB_CONCURRENCY: '3' } });
    expect(await ask((await it.start('web.1')).origin)).toMatchObject({ workers: '3' });
    expect(await ask((await it.start('web.1', { env: { WEB_CONCURRENCY: '4' } })).origin)).toMatchObject({ workers: '4' });
  });

  it('finds apps that listen on IPv6 only', async () => {
    await using it = supervise({ env: { HOST: '::1' } });
    const { origin } = await it.start('web.1');
    expect(origin).toContain('[::1]');
    expect(await ask(origin)).toMatchObject({ args: [] });
  });

  it('waits until the path of readiness answers below 400', async () => {
    await using it = supervise({ readiness: { path: '/ready', timeoutMs: 10_000 }, env: { READY_AFTER: '3' } });
    expect(await ask((await it.start('web.1')).origin)).toMatchObject({ asked: 4 });
  });

  it('never boots more processes at once than allowed', async () => {
    await using folder = await workspace();
    const diary = join(folder.path, 'diary');
    await using it = supervise({ env: { DIARY: diary, BOOT_MS: '500' } }, { maxBoots: 2 });
    await Promise.all(['web.1', 'web.2', 'web.3', 'web.4', 'web.5'].map((name) => it.start(name)));
    let booting = 0;
    const most = (await readFile(diary, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => (line.startsWith('born') ? ++booting : --booting));
    expect(Math.max(...most)).toBe(2);
  });

  it('keeps the end of the output, however much there is', async () => {
    await using it = supervise({ env: { CHATTER: '5000' } });
    const process = await it.start('web.1');
    const lines = process.output();
    expect(lines.length).toBeLessThanOrEqual(100);
    expect(lines.join('').length).toBeLessThan(100_000);
  });

  it('says that an app is not ready in time, and leaves nothing of it', async () => {
    await using it = supervise({ env: { BOOT_MS: '60000' }, readiness: { path: null, timeoutMs: 300 } });
    const error = await failure(it.start('web.1'));
    expect(error).toMatchObject({ code: 'app-not-ready' });
    expect(error.message).toContain('0.3 s');
    expect(await it.left()).toEqual([]);
  });

  it('says that the path of readiness never answered well', async () => {
    await using it = supervise({ env: { READY_AFTER: '1000000' }, readiness: { path: '/ready', timeoutMs: 1_500 } });
    expect((await failure(it.start('web.1'))).message).toContain('GET /ready');
  });

  it.each([
    [['no-such-program-anywhere'], APPS, 'app-not-found', 'not found'],
    [[join(APPS, 'server.mjs')], APPS, 'app-not-found', 'not executable'],
    [[process.execPath, '-e', 'console.error("no database"); process.exit(7)'], APPS, 'app-exited', 'code 7'],
    [[process.execPath, '-e', 'process.kill(process.pid, "SIGABRT")'], APPS, 'app-exited', 'SIGABRT'],
    [[process.execPath, '-e', ''], APPS, 'app-exited', 'code 0'],
  ])('says why %j does not start', async (command, cwd, code, words) => {
    await using it = supervise({ command, cwd });
    const error = await failure(it.start('web.1'));
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
    expect(error.hint).not.toBe('');
  });

  it('says that PATH has no program of that name that may be run', async () => {
    await using it = supervise({ command: ['server.mjs'], env: { PATH: APPS } });
    expect((await failure(it.start('web.1'))).message).toContain('not found where PATH may be read');
  });
});

describe('stopping', () => {
  it('asks first, and lets the app finish what it is doing', async () => {
    await using folder = await workspace();
    const diary = join(folder.path, 'diary');
    await using it = supervise({ env: { DIARY: diary, LINGER_MS: '200' } });
    const process = await it.start('web.1');
    expect(await process.stop('ask')).toEqual({ obeyed: true });
    expect(await readFile(diary, 'utf8')).toMatch(/asked\ndone\n$/);
  });

  it('lets the child of a wrapper finish too', async () => {
    await using folder = await workspace();
    const diary = join(folder.path, 'diary');
    const command = ['sh', '-c', `${process.execPath} ${join(APPS, 'server.mjs')} & wait`];
    await using it = supervise({ command, env: { DIARY: diary, LINGER_MS: '200' } });
    expect(await (await it.start('web.1')).stop('ask')).toEqual({ obeyed: true });
    expect(await readFile(diary, 'utf8')).toMatch(/done\n$/);
    expect(await it.left()).toEqual([]);
  });

  it('kills without asking', async () => {
    await using folder = await workspace();
    const diary = join(folder.path, 'diary');
    await using it = supervise({ env: { DIARY: diary, LINGER_MS: '10000' } });
    await (await it.start('web.1')).stop('kill');
    expect(await readFile(diary, 'utf8')).not.toContain('asked');
    expect(await it.left()).toEqual([]);
  });

  it('insists when the grace is over, and never asks again when a trial ends', async () => {
    await using it = supervise({ env: { LINGER_MS: '60000' }, stopGraceMs: 3_000 });
    const first = performance.now();
    expect(await (await it.start('web.1')).stop('ask')).toEqual({ obeyed: false });
    expect(performance.now() - first).toBeGreaterThanOrEqual(3_000);
    await it.start('web.1');
    const second = performance.now();
    await it.stopAll();
    expect(performance.now() - second).toBeLessThan(2_900);
    expect(await it.left()).toEqual([]);
  });

  it('ends descendants that have left the process group', async () => {
    await using it = supervise({ command: [process.execPath, join(APPS, 'server.mjs'), '--daemon'] });
    const process_ = await it.start('web.1');
    expect((await it.left()).length).toBe(2);
    await process_.stop('ask');
    expect(await it.left()).toEqual([]);
  });

  it('ends one process and leaves the other alone', async () => {
    await using it = supervise();
    const [one, other] = await Promise.all([it.start('web.1'), it.start('web.2')]);
    await one.stop('kill');
    expect(await ask(other.origin)).toMatchObject({ args: [] });
  });

  it('ends all, also those that are still starting', async () => {
    await using it = supervise({ env: { BOOT_MS: '60000' } }, { maxBoots: 1 });
    const starting = ['web.1', 'web.2'].map((name) =>
      it.start(name).then(
        () => 'started',
        () => 'given up',
      ),
    );
    while ((await it.left()).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await it.stopAll();
    expect(await Promise.all(starting)).toEqual(['given up', 'given up']);
    expect(await it.left()).toEqual([]);
  });

  it('takes no time for grace once the audit is interrupted', async () => {
    const interrupt = new AbortController();
    await using it = supervise({ env: { LINGER_MS: '60000' }, stopGraceMs: 60_000 }, { signal: interrupt.signal });
    await it.start('web.1');
    interrupt.abort();
    await it.stopAll();
    expect(await it.left()).toEqual([]);
    await expect(it.start('web.1')).rejects.toThrow();
  });
});

describe('ports', () => {
  it('leave room for the neighbours of a port', async () => {
    const ports = createPorts();
    const given = await Promise.all(Array.from({ length: 20 }, () => ports.next()));
    for (const { release } of given) release();
    const sorted = given.map(({ port }) => port).sort((a, b) => a - b);
    expect(Math.min(...sorted.slice(1).map((port, index) => port - (sorted[index] ?? 0)))).toBeGreaterThanOrEqual(10);
    expect(Math.max(...sorted)).toBeLessThan(32_000);
  });

  it('are never given to two harnesses at once', async () => {
    const [one, other] = [createPorts(1001), createPorts(1001)];
    const given = await Promise.all(Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? one : other).next()));
    expect(new Set(given.map(({ port }) => port)).size).toBe(40);
    for (const { release } of given) release();
  });
});
