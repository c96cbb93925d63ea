import { once } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { execa } from 'execa';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { startPrivateRedis } from '../../fixtures/private-redis.ts';
import { whatIsMissing } from '../../fixtures/run-fixture.ts';
import { parseService } from '../../src/config/services.ts';
import { readEvidence } from '../../src/evidence/read.ts';
import type { Observation } from '../../src/model/observation.ts';
import { SERVICE_NAMES } from '../../src/model/service.ts';
import { proposeServices } from '../../src/services/propose.ts';
import { linkInProc, processIds } from '../../src/supervisor/proc.ts';
import { APPS, CLI, run, workspace } from '../support/cli.ts';

const VISIT = 'POST http://localhost/ada\n\n###\nGET http://localhost/ada';
const NODE = process.execPath;
const KEEPER = join(APPS, 'keeper.mjs');
const REGISTRY = ['--', NODE, join(APPS, 'registry.mjs')];
const FLAGS = ['check', '--session', 'visit.http', '--strength', '2', '--host', 'plain', '--output', 'out', '--seed', '1'];
const PREPARE = ['--prepare', `${NODE} ${KEEPER} --prepare`];
const hasRedis = !(await execa('redis-server', ['--version'], { reject: false })).failed;
const WANTING = hasRedis ? '' : ' (needs redis-server: apt-get install redis-server, or brew install redis)';
/** Why a service cannot be started here; nothing for one that can. */
const lacking = Object.fromEntries(
  await Promise.all(
    SERVICE_NAMES.map(
      async (name) => [name, name === 'redis' ? (hasRedis ? null : 'redis-server') : await whatIsMissing(name)] as const,
    ),
  ),
);

/** Folders of services in a temporary folder, and servers that have their data there. */
async function left(temporary: string): Promise<string[]> {
  const folders = (await readdir(temporary)).filter((name) => name.startsWith('share-nothing-'));
  const pids = processIds().filter((pid) => linkInProc(`${pid}/cwd`).startsWith(temporary));
  return [...folders, ...pids.map(String)];
}

/** Plays whose processes were started for them. */
function freshPlays(folder: string): Observation[] {
  return readEvidence(folder).records.flatMap((record) =>
    record.kind === 'observation' && record.observation.schedule.variant.kind === 'plain' ? [record.observation] : [],
  );
}

function statusOf({ exchanges }: Observation, step: number): number | null {
  const reply = exchanges[step]?.reply;
  return reply?.outcome === 'answered' ? reply.status : null;
}

describe('a service that is started for the app', () => {
  for (const name of SERVICE_NAMES) {
    const needs = lacking[name] === null ? '' : ` (needs ${lacking[name]})`;
    it.skipIf(needs !== '')(`begins every trial with what --prepare left: ${name}${needs}`, async () => {
      await using folder = await workspace({ 'visit.http': VISIT });
      const flags = [...FLAGS, '--service', name, '--env', `SERVICE=${name}`, ...PREPARE, '--', NODE, KEEPER];
      const { stdout, stderr, exitCode } = await run(flags, { cwd: folder.path });
      expect(stderr + stdout).toContain('conforms');
      expect(exitCode).toBe(0);
      const plays = freshPlays(join(folder.path, 'out'));
      expect(plays.length).toBeGreaterThan(5);
      // In a store that keeps what an earlier trial has written, the name is taken.
      expect(plays.map((play) => statusOf(play, 0))).toEqual(plays.map(() => 201));
      const [exchange] = plays.map(({ exchanges }) => exchanges[1]);
      const names = exchange?.reply.outcome === 'answered' ? exchange.reply.body.text : '';
      // What is cached may be gone at any time.
      expect(names).toContain(name === 'memcached' ? '{"names":["ada"]}' : '"first"');
      expect(stdout).toMatch(/Where state lives\n +ada \(step 1\) +\w+/);
    });
  }

  it('is the one that comes along where there is no Redis, and every trial begins with the same there too', async () => {
    await using folder = await workspace({ 'visit.http': VISIT });
    const flags = [...FLAGS, '--service', 'redis', '--env', 'SERVICE=redis', ...PREPARE, '--', NODE, KEEPER];
    const { stdout, stderr, exitCode } = await run(flags, { cwd: folder.path, env: { PATH: folder.path } });
    expect(stderr + stdout).toContain('conforms');
    expect(exitCode).toBe(0);
    const { records } = readEvidence(join(folder.path, 'out'));
    expect(records).toContainEqual({ kind: 'services', services: [{ name: 'redis', origin: 'the embedded Redis', resets: true }] });
    expect(freshPlays(join(folder.path, 'out')).map((play) => statusOf(play, 0))).not.toContain(409);
  });

  it('ends with the audit, however that ends', async () => {
    await using folder = await workspace({ 'visit.http': VISIT });
    const temporary = join(folder.path, 'tmp');
    await mkdir(temporary);
    const env = { TMPDIR: temporary };
    for (const name of SERVICE_NAMES.filter((one) => lacking[one] === null || one === 'redis')) {
      const flags = [...FLAGS, '--service', name, '--env', `SERVICE=${name}`, '--', NODE, KEEPER];
      // While the server starts, and one of them while the app is served as well.
      const moments = [
        async () => (await readdir(temporary)).some((one) => one.startsWith(`share-nothing-${name}-`)),
        async () => (await left(temporary)).length > 1,
      ];
      for (const isThere of moments.slice(0, name === 'redis' ? 2 : 1)) {
        const audit = execa(NODE, [CLI, ...flags], { cwd: folder.path, env, reject: false, buffer: false, stdio: 'ignore' });
        while (!(await isThere())) await wait(10);
        audit.kill('SIGKILL');
        await audit;
        for (let tries = 0; tries < 150 && (await left(temporary)).length > 0; tries++) await wait(100);
        expect(await left(temporary), name).toEqual([]);
      }
    }
    const { exitCode } = await run([...FLAGS, '--service', 'redis', ...REGISTRY], { cwd: folder.path, env });
    expect(exitCode).toBe(0);
    expect(await left(temporary)).toEqual([]);
  });

  it.skipIf(!hasRedis)(
    'that is ended by somebody gives no verdict, and is said (needs redis-server)',
    { timeout: 120_000 },
    async () => {
      await using folder = await workspace({ 'visit.http': VISIT });
      const { exitCode, stderr } = await run([...FLAGS, '--service', 'redis', '--env', 'SHUTDOWN=yes', ...REGISTRY], {
        cwd: folder.path,
      });
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(/error: the Redis server that was started for the audit does not answer any more/);
    },
  );

  it('that cannot be had as asked for is an error, which says what to do', async () => {
    await using folder = await workspace({
      'visit.http': VISIT,
      'reset.json': '{"services":[{"name":"postgres","url":"postgres://h/d","reset":true}]}',
    });
    const refusal = async (...flags: string[]) => {
      const { exitCode, stderr } = await run([...FLAGS, ...flags, ...REGISTRY], { cwd: folder.path });
      expect(exitCode).toBe(2);
      return stderr;
    };
    expect(await refusal('--service', 'redis', '--env', 'REDIS_URL=redis://other')).toMatch(
      /error: the variable REDIS_URL is given to the app, and --service redis would set it as well/,
    );
    expect(await refusal('--service', 'redis', '--service', 'redis')).toContain('each service once');
    expect(await refusal('--service', 'mongo')).toContain('redis, memcached, postgres, mariadb');
    expect(await refusal('--config', 'reset.json')).toContain('reset: true only beside the url of a redis or memcached');
    expect(await refusal('--service', 'redis:redis://127.0.0.1:1')).toMatch(
      /error: the Redis server at 127.0.0.1:1 cannot be used: .*ECONNREFUSED/,
    );
    expect(await refusal('--service', 'memcached:memcached://127.0.0.1:1')).toMatch(
      /error: the Memcached server at 127.0.0.1:1 cannot be used/,
    );
    expect(await refusal('--service', 'postgres:postgres://127.0.0.1:1/x')).toMatch(
      /error: the PostgreSQL server at 127.0.0.1:1 cannot be used/,
    );
    const failing = await refusal('--service', 'redis', '--env', 'SERVICE=redis', '--env', 'FAIL=yes', ...PREPARE);
    expect(failing).toMatch(/error: --prepare failed: .*keeper\.mjs --prepare exited with code 3/);
    expect(failing).toContain('cannot migrate');
    expect(await refusal('--service', 'redis', '--prepare', 'no-such-program')).toContain('no-such-program');
    const silent = createServer((socket) => socket.end('-ERR unknown\r\n')).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : 0;
    expect(await refusal('--service', `redis:redis://127.0.0.1:${port}`)).toContain('cannot be used');
    expect(await refusal('--service', `redis:rediss://127.0.0.1:${port}`)).toContain('cannot be used');
    silent.close();
  });
});

describe.skipIf(!hasRedis)(`a Redis of one’s own${WANTING}`, () => {
  it('loses none of a million keys and is never asked for all of them', async () => {
    await using redis = await startPrivateRedis();
    await using folder = await workspace({ 'visit.http': VISIT });
    const client = new Redis(redis.url);
    await client.eval("for i = 1, 1000000 do redis.call('set', 'key:' .. i, 'x') end", 0);
    await client.config('RESETSTAT');
    for (const given of [
      ['--env', `REDIS_URL=${redis.url}`],
      ['--service', `redis:${redis.url}`],
    ]) {
      const { stdout, stderr } = await run([...FLAGS, '--rule', 'sticky-session', ...given, ...REGISTRY], { cwd: folder.path });
      expect(stderr + stdout).not.toContain('error:');
    }
    expect(await client.dbsize()).toBeGreaterThanOrEqual(1_000_000);
    const asked = [...(await client.info('commandstats')).matchAll(/^cmdstat_([\w|]+):/gm)].map(([, name]) => name);
    expect(asked).toContain('setnx');
    for (const never of ['keys', 'flushall', 'flushdb', 'scan', 'del', 'config|set']) expect(asked).not.toContain(never);
    client.disconnect();
  });

  it('is emptied where its config says so, and only the database that is named', async () => {
    await using redis = await startPrivateRedis();
    const services = [{ name: 'redis', url: `${redis.url}/9`, reset: true }];
    await using folder = await workspace({ 'visit.http': VISIT, 'share-nothing.config.json': JSON.stringify({ services }) });
    const client = new Redis(redis.url);
    await client.set('precious', 'yes');
    await client.call('SELECT', '9');
    await client.set('ada', 'yes');
    const { exitCode, stdout, stderr } = await run([...FLAGS, ...REGISTRY], { cwd: folder.path });
    expect(stderr + stdout).toContain('conforms');
    expect(exitCode).toBe(0);
    await client.call('SELECT', '0');
    expect(await client.get('precious')).toBe('yes');
    client.disconnect();
  });

  it('that wants a password says so', async () => {
    await using redis = await startPrivateRedis();
    await using folder = await workspace({ 'visit.http': VISIT });
    const client = new Redis(redis.url);
    await client.config('SET', 'requirepass', 'correct-horse');
    const wrong = redis.url.replace('://', '://:battery-staple@');
    const { exitCode, stderr, stdout } = await run([...FLAGS, '--service', `redis:${wrong}`, ...REGISTRY], { cwd: folder.path });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/cannot be used: .*\nhint: Put the right ones into its URL/);
    expect(stdout + stderr).not.toContain('battery-staple');
    client.disconnect();
  });
});

describe('services', () => {
  it('are read from a text, or an object', () => {
    const started = { env: null, url: null, reset: false };
    expect(parseService('redis')).toEqual({ ...started, name: 'redis' });
    expect(parseService('redis:A={host}:{port},B=x,y')).toEqual({
      ...started,
      name: 'redis',
      env: { A: '{host}:{port}', B: 'x,y' },
    });
    const url = 'redis://:a,b@h:1/2';
    expect(parseService(`redis:${url}`)).toEqual({ ...started, name: 'redis', url });
    expect(parseService(`redis:${url},CACHE={url}`)).toEqual({ ...started, name: 'redis', url, env: { CACHE: '{url}' } });
    expect(parseService({ name: 'redis', url, reset: true })).toEqual({ ...started, name: 'redis', url, reset: true });
    const wrong = ['', 'mongo', 'redis:', 'redis:A', 'redis:A={uri}', 'redis:1A={url}', 'redis:http://h', 'postgres:redis://h'];
    for (const text of wrong) expect(parseService(text)).toBeNull();
    expect(parseService({ name: 'redis', reset: true })).toBeNull();
    expect(parseService({ name: 'mariadb', url: 'mysql://h/d', reset: true })).toBeNull();
  });
});

describe('a service that nobody asked for', () => {
  it('is proposed in one line where the app names its client and nothing answers, also where the app does not start', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const address = closed.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const propose = (dependencies: string[], env: Record<string, string>) => proposeServices({ dependencies, env }, []);
    expect(await propose(['mysql2'], { MYSQL_URL: `mysql://u@127.0.0.1:${port}/d` })).toEqual([]);
    closed.close();
    await once(closed, 'close');
    expect(await propose(['express'], { PATH: '/bin' })).toEqual([]);
    expect(await propose(['ioredis'], { REDIS_URL: 'redis://store.example.com' })).toEqual([]);
    expect(
      await propose(['ioredis'], {
        CACHE_REDIS_URL: `redis://localhost:${port}/3`,
        DATABASE_URL: `postgres://127.0.0.1:${port}/x`,
      }),
    ).toEqual([
      expect.objectContaining({ name: 'redis', message: `no Redis answers at localhost:${port}, and CACHE_REDIS_URL names one` }),
      expect.objectContaining({ name: 'postgres', hint: expect.stringContaining('--service postgres') }),
    ]);

    await using folder = await workspace({ 'visit.http': VISIT, 'package.json': '{"dependencies":{"ioredis":"^6"}}' });
    const env = ['--env', `REDIS_URL=redis://127.0.0.1:${port}`];
    const { stderr, exitCode } = await run([...FLAGS, ...env, '--', NODE, '-e', 'process.exit(1)'], { cwd: folder.path });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`no Redis answers at 127.0.0.1:${port}, and REDIS_URL names one`);
    expect(stderr).toContain('--service redis');
  });
});
