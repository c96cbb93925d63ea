import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { APPS, CLI, check, processesMarked, run, workspace } from './support/cli.ts';

const VISIT = 'GET http://localhost/\n\n###\nGET http://localhost/again\n';
const ODD = 'GET http://localhost/\n\n###\nGET http://localhost/odd\n\n###\nGET http://localhost/again\n';
const odd = (...args: string[]) => [process.execPath, join(APPS, 'odd.mjs'), ...args];

describe.concurrent('an app that cannot be audited', () => {
  it('is not found: names the command', async () => {
    const { exitCode, stderr } = await check(['no-such-program-anywhere'], VISIT);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('no-such-program-anywhere');
    expect(stderr).toMatch(/hint:/);
  });

  it('exits at once: shows its last lines', async () => {
    const { exitCode, stderr } = await check(odd('exits'), VISIT);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('DATABASE_URL is not set');
    expect(stderr).toMatch(/exit(ed)?.*3|code 3/);
  });

  it('never listens: says how long was waited', async () => {
    const { exitCode, stderr } = await check(odd('never-listens'), VISIT, ['--ready-timeout', '1s']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/1 s|1000 ms|1s/);
  });

  it('ignores PORT: says which port it opened', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const { exitCode, stderr } = await check(odd('ignores-port', String(port)), VISIT, ['--ready-timeout', '2s']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(String(port));
    expect(stderr).toContain('PORT');
  });
});

describe.concurrent('settings that no process can be started with', () => {
  const settings = (more: object) => JSON.stringify({ command: odd(), sessions: ['visit.http'], ...more });
  it.each<[string, Record<string, string>, RegExp]>([
    ['a config path that is a folder', { 'settings.json/x': '' }, /settings\.json is a folder, not a config file/],
    ['a NUL in the command', { 'settings.json': settings({ command: ['node', 'a\0b'] }) }, /command: .*without NUL/],
    ['a NUL in a variable', { 'settings.json': settings({ app: { env: { A: 'b\0c' } } }) }, /app\.env: .*without NUL/],
    [
      'a variable with = in its name',
      { 'settings.json': settings({ app: { env: { 'A=B': 'c' } } }) },
      /app\.env: .*names without =/,
    ],
  ])('%s: says what is wrong, and ends with 2', async (_, files, wanted) => {
    await using folder = await workspace({ 'visit.http': VISIT, ...files });
    const { exitCode, stderr } = await run(['check', '--config', 'settings.json'], { cwd: folder.path });
    expect(stderr).toMatch(wanted);
    expect(stderr).toContain('hint:');
    expect(exitCode).toBe(2);
  });
});

describe('surroundings', () => {
  it('may have spaces and other letters in their paths, an app on IPv6 alone, and another audit in the same folder', async () => {
    await using folder = await workspace();
    const cwd = join(folder.path, 'mit Leerzeichen ünd Ümlauten');
    await mkdir(cwd);
    await writeFile(join(cwd, 'mein Besuch.http'), VISIT);
    const args = ['check', '--session', 'mein Besuch.http', '--strength', '2', '--', ...odd('ipv6')];
    const audits = await Promise.all([run(args, { cwd }), run(args, { cwd })]);
    expect(audits.map(({ exitCode, stderr }) => [exitCode, stderr.includes('error')])).toEqual([
      [0, false],
      [0, false],
    ]);
    const folders = await readdir(join(cwd, '.share-nothing'));
    expect(folders.filter((name) => /^\d{4}-/.test(name))).toHaveLength(2);
  });
});

describe.concurrent('an app that misbehaves but can be audited', () => {
  it.each(['ignores-sigterm', 'forks', 'floods'])('%s: conforms, and leaves no process behind', async (behaviour) => {
    const mark = `BAD_INPUT_TEST=${behaviour}-${process.pid}`;
    const { exitCode, report } = await check(odd(behaviour), VISIT, ['--stop-grace', '200ms', '--env', mark]);
    expect(report?.conclusion).toBe('conforms');
    expect(exitCode).toBe(0);
    expect(await processesMarked(mark)).toEqual([]);
  });

  it('answers with replies that are huge, endless, broken, slow: no finding, no crash', async () => {
    const odds = ['huge', 'endless', 'wrong-length', 'broken-gzip', 'gzip-bomb', 'invalid-utf8', 'odd-cookies', 'slow'];
    const visit = ['', ...odds.map((name) => `odd/${name}`), 'again']
      .map((path) => `GET http://localhost/${path}\n`)
      .join('\n###\n');
    const { exitCode, report, stderr } = await check(odd(), visit, [
      '--step-timeout',
      '1s',
      '--strength',
      '2',
      '--rule',
      'sticky-session',
    ]);
    expect(stderr).not.toContain('bug');
    expect(report?.findings).toEqual([]);
    expect(report?.sessions[0]?.unjudged).toEqual([]);
    expect(exitCode).toBe(0);
  });
});

describe.concurrent('a session that cannot be judged', () => {
  it('has a syntax error: names file, line and column, and shows the line', async () => {
    const { exitCode, stderr } = await check(odd(), 'GET http://localhost/\nnot a header\n');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/visit\.http:2:\d+/);
    expect(stderr).toContain('not a header');
  });

  it('uses an unknown variable: names it', async () => {
    const { exitCode, stderr } = await check(odd(), 'GET http://localhost/{{usr}}\n');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('usr');
    expect(stderr).toContain('--var');
  });

  it('is empty', async () => {
    const { exitCode, stderr } = await check(odd(), '# nothing here\n');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('visit.http');
  });

  it('cannot be repeated: names the step and how to make its values unique', async () => {
    await using folder = await workspace();
    const session =
      '# @unread\nPOST http://localhost/signup\nContent-Type: application/json\n\n{"email":"ann@example.com"}\n\n###\nGET http://localhost/\n';
    const app = [process.execPath, join(APPS, 'accounts.mjs')];
    const { exitCode, report } = await check(app, session, ['--env', `ACCOUNTS=${folder.path}`, '--volume', folder.path]);
    expect(exitCode).toBe(2);
    const [problem] = report?.problems ?? [];
    expect(problem?.message).toContain('1 "POST /signup" answered 201 the first time and 409 the second');
    expect(problem?.hint).toContain('{{$uuid}}');
    const unique = session.replace('ann@', '{{$uuid}}@');
    expect((await check(app, unique, ['--env', `ACCOUNTS=${folder.path}`, '--volume', folder.path])).exitCode).toBe(0);
  });

  it('turns the visitor away where it hardly should: says so, and how https is played', async () => {
    const app = [process.execPath, join(APPS, 'secure.mjs')];
    const session = 'POST http://localhost/login\n\n###\nGET http://localhost/me\n';
    const { report } = await check(app, session);
    expect(report?.problems).toMatchObject([{ code: 'control-error', step: 1, hint: expect.stringContaining('https://') }]);
    expect(report?.problems[0]?.message).toContain('2 "GET /me" answered 401');
    expect((await check(app, session.replaceAll('http:', 'https:'))).report?.problems).toEqual([]);
    expect((await check(app, session.replace('GET', '# @expect 401\nGET'))).report?.problems).toEqual([]);
  });

  it('fails by itself: says so, and judges nothing', async () => {
    const { exitCode, report } = await check(odd('failing'), 'GET http://localhost/odd\n\n###\nGET http://localhost/odd/2\n');
    expect(exitCode).toBe(2);
    expect(report?.conclusion).toBe('no-verdict');
    expect(report?.problems[0]?.message).toContain('500');
  });

  it('does not meet its own expectation: names it', async () => {
    const { exitCode, report } = await check(odd(), '# @expect 201\nGET http://localhost/\n\n###\nGET http://localhost/\n');
    expect(exitCode).toBe(2);
    expect(report?.problems[0]).toMatchObject({ code: 'control-failed', step: 0 });
  });

  it('is answered differently every time: the step is inconclusive, not a violation', async () => {
    // The longest that an app is given to settle.
    const brief = ['--ready-timeout', '2s'];
    const { exitCode, report } = await check(odd('moody'), ODD, brief);
    expect(report?.findings).toEqual([]);
    expect(exitCode).toBe(2);
    const odd2 = { step: 2, remedy: expect.stringContaining('--allow-unjudged 2') };
    expect(report?.sessions[0]?.unjudged).toContainEqual(expect.objectContaining(odd2));
    const waived = await check(odd('moody'), ODD, [...brief, '--allow-unjudged', 'GET /odd', '--allow-unjudged', '17']);
    expect(waived.report?.sessions[0]).toMatchObject({ unjudged: [], waived: [{ by: '--allow-unjudged GET /odd' }] });
    const unknown = { code: 'waiver-unknown', message: expect.stringContaining('17') };
    expect(waived.report?.problems).toContainEqual(expect.objectContaining(unknown));
    expect(waived.exitCode).toBe(0);
  });

  it('mostly fails in ways that it does not expect: it never reached the app', async () => {
    const session = 'GET http://localhost/odd\n\n###\nGET http://localhost/odd\n\n###\nGET http://localhost/\n';
    const { exitCode, report } = await check(odd('missing'), session);
    expect(exitCode).toBe(2);
    expect(report?.problems).toMatchObject([{ code: 'control-failed', message: expect.stringContaining('2 of 3 steps') }]);
    const expected = session.replaceAll(/(?=GET \S+odd)/g, '# @expect 404\n');
    expect((await check(odd('missing'), expected)).exitCode).toBe(0);
  });

  it('is one of two, and the other could be judged: no verdict', async () => {
    await using folder = await workspace({ 'good.http': VISIT, 'bad.http': 'GET http://localhost/odd\n' });
    const flags = ['--session', 'good.http', '--session', 'bad.http', '--output', 'out', '--reporter', 'json'];
    const { exitCode, stdout } = await run(['check', ...flags, '--', ...odd('failing')], { cwd: folder.path });
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ conclusion: 'no-verdict', findings: [] });
  });
});

describe('bad usage', () => {
  it('of an unknown flag: suggests the right one', async () => {
    const { exitCode, stderr } = await run(['check', '--sesion', 'x.http']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--session');
  });

  it.each(['tls', 'http2'])(
    'of an app that speaks %s alone: says that no request was answered, and what it must speak',
    async (what) => {
      const { exitCode, stdout } = await check(odd(what), VISIT);
      expect(exitCode).toBe(2);
      expect(stdout).toContain('must be told to speak HTTP/1.1 without TLS');
    },
  );

  it('of an app on a Unix socket: says where it must listen', async () => {
    await using folder = await workspace({ 'visit.http': VISIT });
    const args = ['check', '--session', 'visit.http', '--ready-timeout', '1s', '--host', 'plain', '--', ...odd('unix-socket')];
    const { exitCode, stderr } = await run(args, { cwd: folder.path });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('not on a Unix socket');
  });

  it('of an output folder that is removed meanwhile: says so, with exit code 2', async () => {
    await using folder = await workspace({ 'visit.http': VISIT });
    const child = spawn(process.execPath, [CLI, 'check', '--session', 'visit.http', '--output', 'out', '--', ...odd()], {
      cwd: folder.path,
    });
    let stderr = '';
    const ended = once(child, 'close');
    await new Promise<void>((resolve) => {
      child.stderr.on('data', (chunk) => {
        stderr += chunk;
        if (stderr.includes('explore')) resolve();
      });
    });
    await rm(join(folder.path, 'out'), { recursive: true });
    expect(await ended).toEqual([2, null]);
    expect(stderr).toContain('cannot write to the output folder');
  });

  it('of an unknown key in the config: names it and shows an example', async () => {
    await using folder = await workspace({ 'share-nothing.config.json': '{"sessoins": ["a.http"]}' });
    const { exitCode, stderr } = await run(['check'], { cwd: folder.path });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('sessoins');
    expect(stderr).toContain('sessions');
  });

  it('leaves the latest evidence the latest, and a folder of the user as it was', async () => {
    await using folder = await workspace({ 'visit.http': VISIT, '.gitignore': 'mine\n' });
    const flags = ['check', '--session', 'visit.http', '--output', '.', '--strength', '2', '--reporter', 'json', '--'];
    const good = await run([...flags, ...odd()], { cwd: folder.path });
    expect((await run([...flags, ...odd('exits')], { cwd: folder.path })).exitCode).toBe(2);
    expect((await run(['report', '.', '--reporter', 'json'], { cwd: folder.path })).stdout).toBe(good.stdout);
    expect(await readFile(join(folder.path, '.gitignore'), 'utf8')).toBe('mine\n');
    expect((await readdir(folder.path)).filter((name) => /^\d{4}-/.test(name))).toHaveLength(1);
  });

  it.each([
    ['taken', 'a file has that name'],
    ['taken/out', 'a file has that name'],
    ['/proc/out', 'ENOENT'],
  ])('of an output folder that cannot be written: %s', async (output, why) => {
    await using folder = await workspace({ 'visit.http': VISIT, taken: 'a file' });
    const { exitCode, stderr } = await run(['check', '--session', 'visit.http', '--output', output, '--', ...odd()], {
      cwd: folder.path,
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${output} (${why})`);
    expect(stderr).toMatch(/hint:.*--output/);
  });

  it.each(['taken', 'nowhere'])('of a folder that there is not: --cwd %s', async (cwd) => {
    await using folder = await workspace({ 'visit.http': VISIT, taken: 'a file' });
    const { exitCode, stderr } = await run(['check', '--session', 'visit.http', '--cwd', cwd, '--', ...odd()], {
      cwd: folder.path,
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${cwd}: there is no such folder`);
  });

  it.each(['setTimeout(() => process.exit(0), 200)', 'setTimeout(() => Promise.reject(new Error("boom")), 200)'])(
    'of a config file that does harm later: %s',
    async (code) => {
      const config = `${code}; export default { sessions: ['visit.http'], command: ${JSON.stringify(odd())} };`;
      await using folder = await workspace({ 'visit.http': VISIT, 'share-nothing.config.mjs': config });
      const { exitCode, stderr } = await run(['check'], { cwd: folder.path });
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(/boom|ended share-nothing before it was done/);
    },
  );
});
