import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lineSplitter } from '../../src/live/lines.ts';
import { run, workspace } from '../support/cli.ts';
import { up as start } from './support.ts';

const APP = `
import { createServer } from 'node:http';
import { writeFileSync, readdirSync } from 'node:fs';
let count = 0;
const server = createServer((request, response) => {
  if (request.url === '/die') process.exit(3);
  if (request.url === '/write') writeFileSync('mine.txt', '');
  if (request.url === '/slow') return setTimeout(() => response.end('slow'), 300);
  response.end(JSON.stringify({ pid: process.pid, count: ++count, files: readdirSync('.') }));
}).listen(process.env.PORT, '127.0.0.1', () => console.log('\\u001b[2Jready'));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
`;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const up = (...flags: string[]) => start({ files: { 'server.mjs': APP }, flags, command: [process.execPath, 'server.mjs'] });

describe('share-nothing up', () => {
  it('runs processes side by side with a disk each, and leaves the folder as it was', async () => {
    await using app = await up('--no-mirror');
    const seen = new Map<string, string>();
    for (let round = 0; round < 40; round++) {
      const { by, body } = await app.get(round === 0 ? '/write' : '/');
      seen.set(by, body);
    }
    expect([...seen.keys()].sort()).toEqual(['web.1', 'web.2']);
    const files = [...seen.values()].map((body) => (JSON.parse(body) as { files: string[] }).files.includes('mine.txt'));
    const isApart = app.text().includes('a disk each');
    expect(files.filter(Boolean)).toHaveLength(isApart ? 1 : 2);
    if (isApart) expect(readdirSync(app.path)).toEqual(['.share-nothing', 'server.mjs']);
    // What an app writes acts on no terminal.
    expect(app.text()).toMatch(/^web\.1 +\| ready$/m);
    expect(await app.end('SIGINT')).toBe(0);
  });

  it('never sends a visitor to the same process twice, if asked to', async () => {
    await using app = await up('--no-mirror', '--policy', 'never-same');
    const served: string[] = [];
    for (let round = 0, cookie = ''; round < 10; round++) {
      const reply = await app.get('/', { cookie });
      served.push(reply.by);
      cookie = reply.cookie;
    }
    expect(served.slice(1).every((by, index) => by !== served[index])).toBe(true);
  });

  it('puts a process that dies in its place again, and waits longer the more often it does', async () => {
    await using app = await up('--no-mirror', '--policy', 'round-robin');
    await app.get('/die');
    await app.said(/exited with code 3; again in 0\.5 s[\s\S]*started with pid/);
    const alive = new Set<string>();
    for (let round = 0; round < 10; round++) alive.add((await app.get('/')).by);
    expect([...alive].sort()).toEqual(['web.1', 'web.2']);
    expect(await app.end('SIGTERM')).toBe(0);
  });

  it('leaves nothing behind when it is killed', async () => {
    await using app = await up('--no-mirror');
    const pids = [...app.text().matchAll(/pid (\d+)/g)].map(([, pid]) => Number(pid));
    expect(pids).toHaveLength(2);
    await app.end('SIGKILL');
    const end = performance.now() + 15_000;
    while (pids.some(isAlive) && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('ends at once at the second Ctrl-C, with nothing left of an app that does not obey', async () => {
    const source = APP.replace(/process\.on\('SIGTERM'.*/, "process.on('SIGTERM', () => console.log('no'));");
    await using app = await start({
      files: { 's.mjs': source },
      flags: ['--stop-grace', '60s'],
      command: [process.execPath, 's.mjs'],
    });
    const [pid] = [...app.text().matchAll(/pid (\d+)/g)].map(([, found]) => Number(found));
    const ended = app.end('SIGINT');
    await app.said(/web\.\d +\| no/);
    await app.end('SIGINT');
    expect(await ended).toBe(2);
    for (const end = performance.now() + 15_000; isAlive(pid ?? 0) && performance.now() < end; )
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isAlive(pid ?? 0)).toBe(false);
  });

  it('waits twice as long each time for what dies at once, and says that nobody is there', async () => {
    const source = APP.replace("console.log('\\u001b[2Jready')", 'setTimeout(() => process.exit(1), 600)');
    await using app = await start({
      files: { 's.mjs': source },
      flags: ['--processes', '2', '--no-mirror'],
      command: [process.execPath, 's.mjs'],
    });
    await app.said(/again in 0\.5 s[\s\S]*again in 1 s[\s\S]*again in 2 s/);
    expect([200, 502, 503]).toContain((await app.get('/')).status);
    expect(await app.end('SIGINT')).toBe(0);
  });

  it('shows what 10 MB in a line begin with, and stays responsive', async () => {
    const source = `${APP}\nconsole.log('x'.repeat(10 * 1024 * 1024)); console.log('after it');`;
    await using app = await start({ files: { 's.mjs': source }, flags: ['--no-mirror'], command: [process.execPath, 's.mjs'] });
    await app.said(/web\.1 +\| after it/);
    expect((await app.get('/')).status).toBe(200);
    expect(
      Math.max(
        ...app
          .text()
          .split('\n')
          .map(({ length }) => length),
      ),
    ).toBeLessThan(2_100);
  });

  it.each([
    [['--port', '99999'], 'must be a port'],
    [['--restart-every', 'soon'], 'must be a time'],
    [['--policy', 'best'], 'Allowed choices are random'],
  ])('refuses %j', async (flags, why) => {
    const { exitCode, stderr } = await run(['up', ...flags, '--', 'node', 'x.js'], { cwd: tmpdir() });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(why);
  });

  it('says what is wrong with an app that does not start, and with a port that is taken', async () => {
    await using folder = await workspace({ 'dies.mjs': 'console.log("no database"); process.exit(1)', 'server.mjs': APP });
    const dead = await run(['up', '--port', '0', '--', process.execPath, 'dies.mjs'], { cwd: folder.path });
    expect([dead.exitCode, dead.stderr]).toEqual([
      2,
      expect.stringMatching(/exited with code 1 before it was ready[\s\S]*no database/),
    ]);
    await using other = await up('--no-mirror');
    const port = /router +\| http:\S+:(\d+)/.exec(other.text())?.[1] ?? '';
    const taken = await run(['up', '--port', port, '--', process.execPath, join(folder.path, 'server.mjs')], { cwd: folder.path });
    expect([taken.exitCode, taken.stderr]).toEqual([2, expect.stringContaining('cannot listen')]);
  });
});

describe('what processes write', () => {
  it('is cut into lines in bounded memory, wherever chunks and characters end', () => {
    const lines: string[] = [];
    const { write, flush } = lineSplitter((line) => lines.push(line));
    const bytes = Buffer.from('grüße\r\nzwei\n\nlast');
    for (let at = 0; at < bytes.length; at++) write(bytes.subarray(at, at + 1));
    flush();
    expect(lines).toEqual(['grüße', 'zwei', '', 'last']);
    for (let part = 0; part < 10; part++) write(Buffer.alloc(1024 * 1024, 'x'));
    write(Buffer.from('\nafter it\n'));
    const [long = '', after] = lines.slice(4);
    expect([long.slice(0, 8_192), long.slice(8_192), after]).toEqual([
      'x'.repeat(8_192),
      '… and 10477568 more characters',
      'after it',
    ]);
  });
});
