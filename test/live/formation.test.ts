import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { parseProcfile } from '../../src/config/procfile.ts';
import { CLI, run, workspace } from '../support/cli.ts';
import { up } from './support.ts';

const WEB = `
import { createServer } from 'node:http';
const { PORT, COLOUR = 'none', SHAPE = 'none' } = process.env;
createServer((request, response) => response.end([COLOUR, SHAPE, await1()].join(' '))).listen(PORT, '127.0.0.1', () => console.log('listening'));
function await1() { return 'one'; }
`;
const WORKER = `
setInterval(() => {}, 1000);
console.log('waiting for work');
process.on('SIGTERM', () => { console.log('worker ends'); process.exit(0); });
`;
const node = process.execPath;
const PROCFILE = `# what runs
web: ${node} web.mjs
worker: ${node} worker.mjs

once: ${node} -e "console.log('done with it')"
`;
const FILES = { Procfile: PROCFILE, 'web.mjs': WEB, 'worker.mjs': WORKER, '.env': 'COLOUR=red\nSHAPE="round one"\n' };

describe('a Procfile', () => {
  it('names processes and their commands', () => {
    const text = '\ufeff# c\r\nweb: node a.js\r\n\r\n  my-worker_2 :  run "$PORT" \r\n';
    expect([...parseProcfile('Procfile', text)]).toEqual([
      ['web', 'node a.js'],
      ['my-worker_2', 'run "$PORT"'],
    ]);
  });

  it.each([
    ['web node', [/line 1: "web node" is not "name: command"/]],
    ['web:\nweb: a\nweb: b', [/line 1/, /line 3: web is there twice/]],
    ['# nothing', [/names no process/]],
  ])('%j is refused with its lines', (text, wanted) => {
    let details: readonly string[] = [];
    try {
      parseProcfile('Procfile', text);
    } catch (error) {
      details = (error as { details: readonly string[] }).details;
    }
    expect(details).toHaveLength(wanted.length);
    for (const [index, one] of wanted.entries()) expect(details[index]).toMatch(one);
  });
});

describe('a formation', () => {
  it('runs every type of the Procfile with the variables of .env, and stops web before workers', async () => {
    await using app = await up({ files: FILES, flags: ['--scale', 'worker=2', '--env', 'COLOUR=blue'] });
    await app.said(/worker\.2 +\| waiting for work/);
    await app.said(/once\.1 +\| exited with code 0; not started again/);
    expect((await app.get('/')).body).toBe('blue round one one');
    expect(await app.end('SIGINT')).toBe(0);
    const log = readFileSync(join(app.path, '.share-nothing/logs/worker.1.log'), 'utf8');
    expect(log).toBe('waiting for work\nworker ends\n');
    const text = app.text();
    expect(text).toMatch(/once\.1 +\| done with it/);
    expect(text.lastIndexOf('web.2')).toBeLessThan(text.indexOf('worker ends'));
  });

  it('runs only what is asked for, and a type of another name behind a router of its own', async () => {
    const files = { ...FILES, Procfile: PROCFILE.replace('web:', 'api:') };
    await using app = await up({ files, flags: ['--only', 'api'], port: (port) => `api=${port}` });
    expect((await app.get('/')).by).toBe('api.1');
    expect(app.text()).not.toMatch(/worker|once/);
  });

  it('ends with the exit code of the first process that ends, with --no-restart', async () => {
    await using folder = await workspace({ ...FILES, Procfile: `web: ${node} web.mjs\nonce: sleep 1; exit 7\n` });
    const { exitCode, stdout } = await run(['up', '--port', '0', '--no-restart'], { cwd: folder.path });
    expect([exitCode, stdout]).toEqual([7, expect.stringMatching(/once\.1 +\| exited with code 7; not started again/)]);
  });

  it('starts anew with the files as they are when one changes', async () => {
    await using app = await up({ files: FILES, flags: ['--only', 'web', '--watch'] });
    expect((await app.get('/')).body).toContain('one');
    writeFileSync(join(app.path, 'web.mjs'), WEB.replace("'one'", "'two'"));
    await app.said(/web\.mjs has changed[\s\S]*(?:replaced[\s\S]*){2}/);
    for (let round = 0; round < 6; round++) expect((await app.get('/')).body).toContain('two');
  });

  it('takes what it prints into a watched folder for no change', async () => {
    await using folder = await workspace(FILES);
    const log = join(folder.path, 'up.log');
    const args = [CLI, 'up', '--port', '0', '--only', 'web', '--watch', '--no-dashboard'];
    // As a shell does it for `> up.log 2>&1`.
    const descriptor = openSync(log, 'w');
    const child = spawn(node, args, {
      cwd: folder.path,
      stdio: ['ignore', descriptor, descriptor],
      env: { ...process.env, NO_COLOR: '1' },
    });
    closeSync(descriptor);
    const ended = once(child, 'exit');
    const said = async (wanted: RegExp) => {
      while (!wanted.test(readFileSync(log, 'utf8'))) await wait(50);
    };
    await said(/router +\| +http/);
    writeFileSync(join(folder.path, 'web.mjs'), WEB.replace("'one'", "'two'"));
    await said(/web\.mjs has changed/);
    child.kill('SIGTERM');
    await ended;
    expect(readFileSync(log, 'utf8')).not.toContain('up.log has changed');
  });

  it('ends at once when it is interrupted while processes start', async () => {
    await using app = await up({
      files: { 'slow.mjs': 'setInterval(() => {}, 1e3); console.log("booting")' },
      command: [node, 'slow.mjs'],
      wait: /booting/,
    });
    const began = performance.now();
    expect(await app.end('SIGINT')).toBe(0);
    expect(performance.now() - began).toBeLessThan(8_000);
  });

  it.each([
    [['--only', 'wbe'], /there is no process type wbe[\s\S]*web, worker, once/],
    [['--scale', 'web=many'], /--scale: "web=many" given/],
    [['--scale', 'web=9999'], /--scale: "web=9999" given/],
    [['--procfile', 'none'], /Procfile .*none cannot be read \(ENOENT\)/],
    [['--dotenv', 'none.env'], /variables .*none\.env cannot be read \(ENOENT\)/],
    [['--watch', 'none'], /nothing to watch at .*none/],
    [['--cwd', 'none', '--', 'node', 'x.js'], /no such folder/],
    [['--port', 'web=x'], /must be a port/],
    [['--port', 'worker=8080,web=70000'], /must be a port/],
  ])('refuses %j', async (flags, why) => {
    await using folder = await workspace(FILES);
    const { exitCode, stderr } = await run(['up', ...flags], { cwd: folder.path });
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(why)]);
  });

  it('says what to do where there is nothing to start', async () => {
    const { exitCode, stderr } = await run(['up'], { cwd: tmpdir() });
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/no app to start[\s\S]*Procfile/)]);
  });

  it('is not read by `check` if a command is named otherwise', async () => {
    const config = JSON.stringify({ command: 'node none.js' });
    await using folder = await workspace({ Procfile: 'not a Procfile', 'share-nothing.config.json': config });
    const { exitCode, stderr } = await run(['check'], { cwd: folder.path });
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/exited with code 1[\s\S]*none\.js/)]);
  });

  it('gives `check` its command too', async () => {
    await using folder = await workspace({ ...FILES, 'visit.http': 'GET /\n\n###\nGET /again\n' });
    const { exitCode, stdout } = await run(['check', '--session', 'visit.http', '--host', 'plain', '--budget', '0 trials'], {
      cwd: folder.path,
    });
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('conforms')]);
  });
});
