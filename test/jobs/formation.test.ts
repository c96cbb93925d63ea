import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settle } from '../../src/config/settle.ts';
import type { Report } from '../../src/model/report.ts';
import { processesMarked, run, workspace } from '../support/cli.ts';

const SERVER = `
import { createServer } from 'node:http';
import { existsSync, writeFileSync } from 'node:fs';
createServer((request, response) => {
  if (request.method === 'POST') writeFileSync('job', 'text');
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ status: existsSync('outcome') ? 'done' : 'queued' }));
}).listen(process.env.PORT, '127.0.0.1');
`;
const WORKER = `
import { existsSync, writeFileSync } from 'node:fs';
setInterval(() => { if (existsSync('job')) writeFileSync('outcome', 'x'); }, 20);
console.log('at work');
`;
const SESSION = 'POST http://localhost/jobs\n\n###\n# @until body.status == done within 2s\nGET http://localhost/jobs\n';

function files(procfile: string, more: Readonly<Record<string, string>> = {}) {
  return workspace({ 'server.mjs': SERVER, 'worker.mjs': WORKER, 'visit.http': SESSION, Procfile: procfile, ...more });
}

const ALL = 'web: node server.mjs\nworker: node worker.mjs\nrelease: node -e 0\n';
const CHECK = ['check', '--session', 'visit.http', '--seed', '1'];

describe('a formation', () => {
  it('is every type of the Procfile once, web twice, and release before', async () => {
    await using folder = await files(ALL);
    const given = { file: null, cwd: folder.path, randomSeed: () => 1 };
    const { config } = await settle({ ...given, flags: { sessions: 'visit.http' } });
    expect(config).toMatchObject({
      app: { command: ['node', 'server.mjs'] },
      processes: 2,
      companions: [{ name: 'worker', count: 1, app: { command: ['node', 'worker.mjs'] } }],
      prepare: ['node', '-e', '0'],
    });
    const flags = { sessions: 'visit.http', command: 'node other.mjs', formation: { web: 3, worker: 2, release: 0 } };
    const { config: named } = await settle({ ...given, flags: { ...flags, readyDelay: { worker: '2s' } } });
    expect(named).toMatchObject({ app: { command: ['node', 'other.mjs'] }, processes: 3, prepare: null });
    expect(named.companions).toMatchObject([{ count: 2, app: { readiness: { delayMs: 2_000 } } }]);
    const { config: alone } = await settle({ ...given, flags: { sessions: 'visit.http', command: 'node server.mjs' } });
    expect(alone).toMatchObject({ companions: [], prepare: null });
  });

  it('can be named in the config', async () => {
    await using folder = await workspace({});
    const flags = { sessions: 'visit.http', processes: { web: 'node a.js', clock: ['node', 'b.js'] } };
    const { config } = await settle({ file: null, flags, cwd: folder.path, randomSeed: () => 1 });
    expect(config.companions).toMatchObject([{ name: 'clock', app: { command: ['node', 'b.js'] } }]);
  });

  it.each([
    ['an unknown type', ALL, ['--formation', 'wroker=1'], /there is no process type wroker[\s\S]*Did you mean worker\?/],
    ['a number that is none', ALL, ['--formation', 'worker=many'], /--formation/],
    ['web alone', ALL, ['--formation', 'web=1'], /needs from 2 to 16 processes of web/],
    ['a Procfile that cannot be read', 'web: node server.mjs\nworker node\n', [], /line 2: "worker node" is not "name: command"/],
    ['a worker that ends', 'web: node server.mjs\nworker: node -e "process.exit(3)"\n', [], /worker\.1 exited with code 3/],
    [
      'a worker that never gets ready',
      ALL,
      ['--ready-log', 'worker=here', '--ready-timeout', '2s'],
      /worker\.1 did not write "here" within 2 s/,
    ],
    ['a worker that is not there', 'web: node server.mjs\nworker: ./nothing\n', [], /cannot start \.\/nothing/],
    [
      'an outcome that never comes',
      'web: node server.mjs\n',
      [],
      /until body\.status == done, which never came: the last reply was 200 \{"status":"queued"\}/,
    ],
  ])('tells what is wrong with %s', async (_, procfile, flags, message) => {
    await using folder = await files(procfile);
    const env = { OF_TEST: folder.path };
    const { exitCode, stdout, stderr } = await run([...CHECK, '--output', 'out', ...flags], { cwd: folder.path, env });
    expect(exitCode).toBe(2);
    expect(`${stdout}${stderr}`.replace(/\s+/g, ' ')).toMatch(new RegExp(message.source.replace('[\\s\\S]*', '.*')));
    expect(await processesMarked(`OF_TEST=${folder.path}`)).toEqual([]);
  });
});

/** Texts that a worker takes from Redis, and tells how often it has begun. */
const TEXTS = resolve(import.meta.dirname, '../../fixtures/apps/jobs-redis');

it('work that no step waits for may be begun again by a worker that was killed at it', async () => {
  await using folder = await workspace({
    'visit.http': `POST http://localhost/texts\nContent-Type: text/plain\n\na b\n\n> {% client.global.set("id", response.body.id) %}\n
### Look\nGET http://localhost/texts/{{id}}\n`,
  });
  const of = ['--service', 'redis', '--formation', 'web=2,worker=1', '--ready-log', 'worker=ready', '--env', 'SHOW=attempts'];
  const flags = ['--host', 'plain', '--strength', '2', '--budget', '0trials', '--reporter', 'json', '--cwd', TEXTS];
  const { stdout, stderr } = await run([...CHECK, ...of, ...flags, '--output', 'out'], { cwd: folder.path });
  expect(stdout, stderr).toMatch(/^\{/);
  const { findings, sessions } = JSON.parse(stdout) as Report;
  expect([findings.map(({ rule }) => rule), sessions[0]?.unjudged]).toEqual([[], []]);
});
