import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { REPORT_VERSION, type Report } from '../src/model/report.ts';
import { APPS, CLI, run, workspace } from './support/cli.ts';

const ROOT = resolve(import.meta.dirname, '..');
const SHOP = join(ROOT, 'fixtures/apps/express-memory-session');
const SECRET = 'a-secret-of-the-environment-4711';

const reportSchema = JSON.parse(readFileSync(join(ROOT, 'schema/report.schema.json'), 'utf8')) as object;

function checkShop(cwd: string, flags: readonly string[] = []) {
  const session = join(SHOP, 'session.http');
  const args = ['check', '--session', session, '--output', 'out', ...flags, '--', 'node', join(APPS, 'cart.mjs')];
  return run(args, { cwd, env: { SHOP_TOKEN: SECRET } });
}

function evidenceText(cwd: string): string {
  return readdirSync(join(cwd, 'out'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('');
}

describe('an audit of an app that keeps sessions in memory', () => {
  it('reports one finding to people and to programs, judges its evidence again alike, and replays it', async () => {
    await using folder = await workspace();
    const cwd = folder.path;
    const reporters = ['--reporter', 'terminal', '--reporter', 'json=deep/report.json'];
    const checked = await checkShop(cwd, ['--seed', '7', ...reporters, '--env', `APP_TOKEN=${SECRET}`]);
    expect(checked.exitCode).toBe(1);
    const written = readFileSync(join(cwd, 'deep/report.json'), 'utf8');
    const report = JSON.parse(written) as Report;

    const validate = new Ajv2020({ strict: false }).compile(reportSchema);
    expect(validate(report) ? [] : validate.errors).toEqual([]);
    expect(report).toMatchObject({ version: REPORT_VERSION, seed: 7, conclusion: 'does-not-conform' });
    expect(report.findings).toMatchObject([
      {
        rule: 'sticky-session',
        clauses: ['C2', 'C3', 'C4', 'C5', 'C7'],
        step: { number: 3, request: 'POST /cart' },
        dependsOn: [{ number: 2, request: 'POST /login' }],
        confirmed: { failing: 3, failingOf: 3, passing: 0, passingOf: 3 },
      },
    ]);
    expect(report.sessions[0]?.coverage).toMatchObject({
      pairs: 3,
      pairsUncovered: [],
      pinned: [
        [1, 2],
        [1, 3],
        [2, 3],
      ],
    });

    const again = await run(['report', 'out', '--reporter', 'json'], { cwd });
    expect(again.exitCode).toBe(1);
    expect(again.stdout.trim()).toBe(written.trim());

    // The page for people: the conclusion is on its last line, and nothing secret is anywhere.
    expect(checked.stdout).toMatch(/✗ sticky-session {3}The visitor's session lives in one process/);
    expect(checked.stdout).toMatch(/again +share-nothing replay \w+/);
    expect(checked.stdout).toContain('Coverage');
    expect(checked.stdout.trimEnd().split('\n').at(-1)).toMatch(/^does not conform: 1 violation/);
    expect(evidenceText(cwd)).toContain('set-cookie');
    for (const text of [checked.stdout, checked.stderr, written, evidenceText(cwd)]) {
      expect(text).not.toContain(SECRET);
      expect(text).not.toMatch(/connect\.sid=s%3A/);
    }

    const id = report.findings[0]?.id ?? '';
    expect(report.findings[0]?.replay).toBe(`share-nothing replay ${id} --env APP_TOKEN=…`);
    const refused = await run(['replay', id, '--output', 'out'], { cwd });
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('hint: Give them again: --env APP_TOKEN=…');
    const replayed = await run(['replay', id, '--output', 'out', '--env', `APP_TOKEN=${SECRET}`], { cwd });
    expect(replayed.exitCode).toBe(1);
    expect(replayed.stdout).toMatch(/^.*sticky-session/);
    expect(replayed.stdout).toMatch(/expected {2}web\.1 {2}201 \{"items":\["book"\]\}/);
    expect(replayed.stdout).toMatch(/actual {4}web\.2 {2}401 \{"error":"please log in"\}/);
    expect(replayed.stdout.trimEnd()).toMatch(/\nreproduced$/);
  });

  it('takes variables from the environment beside its session, keeps the private ones to itself, and lists what it leaves out', async () => {
    await using folder = await workspace({
      'http-client.env.json': '{ "dev": { "user": "ada" }, "ci": { "user": "bob" } }',
      'http-client.private.env.json': `{ "ci": { "pin": "${SECRET}" } }`,
      'visit.http': `POST http://localhost:1/login\nX-Pin: {{pin}}\nContent-Type: application/json\n\n{"user":"{{user}}"}\n\n###\nGET http://localhost:1/login\n\n###\nGET http://localhost:2/mail`,
    });
    const cwd = folder.path;
    const app = ['--', 'node', join(APPS, 'cart.mjs')];
    const common = ['--session', 'visit.http', '--output', 'out', '--host', 'plain', '--strength', '2', '--reporter', 'json'];
    const unnamed = await run(['check', ...common, ...app], { cwd });
    expect(unnamed.exitCode).toBe(2);
    expect(unnamed.stderr).toContain('No environment is chosen: --http-env dev or ci.');
    const { stdout } = await run(['check', ...common, '--http-env', 'ci', ...app], { cwd });
    const report = JSON.parse(stdout) as Report;
    expect(report.problems.filter(({ code }) => code === 'left-out').map(({ message }) => message)).toEqual([
      'requests that are not played: 1 to http://localhost:2 (11)',
    ]);
    expect(report.sessions[0]?.steps).toBe(2);
    expect(evidenceText(cwd)).toContain('"user\\":\\"bob');
    expect(evidenceText(cwd)).not.toContain(SECRET);
  });
});

it('an audit tells of a finding when it has confirmed it, and keeps it when it is killed', async () => {
  await using folder = await workspace();
  const session = join(SHOP, 'session.http');
  const args = ['check', '--session', session, '--output', 'out', '--host', 'plain', '--', 'node', join(APPS, 'cart.mjs')];
  const child = spawn(process.execPath, [CLI, ...args], { cwd: folder.path, stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  let said = '';
  for await (const chunk of child.stderr) {
    said += String(chunk);
    if (said.includes('actual')) break;
  }
  expect(said).toMatch(/1 finding after \d+ trials\n✗ sticky-session .* after \d+ s\n.*step 3[\s\S]*expected +201[\s\S]*actual/);
  child.kill('SIGKILL');
  await exited;
  const { stdout, exitCode } = await run(['report', 'out', '--reporter', 'json'], { cwd: folder.path });
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ interrupted: true, findings: [{ step: { number: 3 }, dependsOn: [{ number: 2 }] }] });
});

describe('an audit of an app whose session cookies hide what it keeps in memory', () => {
  it('finds both, says what it left aside, and replays what was hidden', async () => {
    await using folder = await workspace();
    const cwd = folder.path;
    const app = join(ROOT, 'fixtures/apps/session-hides-records');
    const args = [
      'check',
      '--session',
      join(app, 'session.http'),
      '--output',
      'out',
      '--reporter',
      'json',
      '--host',
      'plain',
      '--strength',
      '2',
    ];
    const checked = await run([...args, '--', 'node', join(app, 'server.js')], { cwd });
    const { findings } = JSON.parse(checked.stdout) as Report;
    expect(findings).toMatchObject([
      { rule: 'sticky-session', step: { number: 2 }, alsoAffected: [{ number: 3 }, { number: 4 }] },
      { rule: 'process-memory', step: { number: 4 }, dependsOn: [{ number: 3 }] },
    ]);
    const [, hidden] = findings;
    expect(hidden?.observations.join()).toContain('what else differs in it (cookies.sid) has another cause');
    const replayed = await run(['replay', hidden?.id ?? '', '--output', 'out'], { cwd });
    expect(replayed.exitCode).toBe(1);
  });
});
