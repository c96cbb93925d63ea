import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../src/checks/findings/fingerprint.ts';
import type { Report } from '../src/model/report.ts';
import { againstBaseline, baselineOf, compareFindings } from '../src/report/baseline.ts';
import { renderJunit } from '../src/report/reporters/junit.ts';
import { renderSarif } from '../src/report/reporters/sarif.ts';
import { APPS, run, workspace } from './support/cli.ts';
import { finding, report } from './support/reports.ts';

const CART = 'POST http://localhost/login\n\n{"user":"ann"}\n\n### Look\nGET http://localhost/cart\n';
const FLAGS = ['--host', 'plain', '--strength', '2', '--seed', '1', '--output', 'out'];
const APP = ['--', process.execPath, join(APPS, 'cart.mjs')];
const NAME = 'known.json';

describe('fingerprints', () => {
  it('survive other ids in paths, other values of queries, and other names', () => {
    const one = fingerprint('process-memory', ['POST /orders', 'GET /orders/17?page=2&sort=a']);
    expect(fingerprint('process-memory', ['POST /orders', 'GET /orders/9f8e7d6c5b4a?sort=b&page=3'])).toBe(one);
    expect(fingerprint('process-memory', ['POST /orders', 'GET /orders/{{id}}?page={{p}}&sort='])).toBe(one);
    expect(fingerprint('process-memory', ['POST /orders', 'GET /carts/17?page=2&sort=a'])).not.toBe(one);
    expect(fingerprint('stale-memory', ['POST /orders', 'GET /orders/17?page=2&sort=a'])).not.toBe(one);
  });
});

describe('a baseline', () => {
  it('counts findings with the same fingerprint', () => {
    const two = [finding(), finding({ id: 'cd34' })];
    const { fresh, gone, left } = compareFindings(baselineOf(report({ findings: [finding()] })), two);
    expect([fresh.length, gone.length, left.length]).toEqual([1, 0, 1]);
  });

  it('claims nothing mended that was not looked for', () => {
    const entries = baselineOf(report({ findings: [finding()] }));
    expect(againstBaseline(report(), NAME, entries).baseline?.mended).toHaveLength(1);
    expect(againstBaseline(report({ interrupted: true }), NAME, entries).baseline?.mended).toEqual([]);
    expect(againstBaseline(report({ rules: [] }), NAME, entries).baseline?.mended).toEqual([]);
  });

  it('accepts what is known, fails for what is new, names what is mended, and diff tells the same', async () => {
    await using folder = await workspace({
      'visit.http': CART,
      'home.http': 'GET http://localhost/\n\n### Again\nGET http://localhost/\n',
    });
    const check = (session: string, ...more: string[]) =>
      run(['check', '--session', session, ...FLAGS, ...more, ...APP], { cwd: folder.path });
    const accepted = await check('visit.http', '--baseline', NAME, '--update-baseline', '--reporter', 'json=old.json');
    expect([accepted.exitCode, accepted.stdout]).toEqual([0, '']);
    expect(JSON.parse(readFileSync(join(folder.path, NAME), 'utf8'))).toMatchObject({
      version: 2,
      findings: [{ rule: 'sticky-session', requests: ['POST /login', 'GET /cart'] }],
    });

    const judged = (...more: string[]) => run(['report', 'out', ...more], { cwd: folder.path });
    const known = await judged('--baseline', NAME);
    expect(known.exitCode).toBe(0);
    expect(known.stdout).toContain('C7 · violation · known');
    expect(known.stdout).toContain('does not conform: 1 violation, all known');
    writeFileSync(join(folder.path, 'empty.json'), '{"version":2,"findings":[]}');
    expect((await judged('--baseline', 'empty.json')).exitCode).toBe(1);
    // What cannot be written is said below the report.
    const unwritten = await judged('--baseline', 'visit.http/known.json', '--update-baseline');
    expect([unwritten.exitCode, unwritten.stdout, unwritten.stderr]).toEqual([
      2,
      expect.stringContaining('sticky-session'),
      expect.stringMatching(/cannot be written \(E\w+\)/),
    ]);

    const mended = await check('home.http', '--rule', 'sticky-session', '--baseline', NAME, '--reporter', 'terminal,json=new.json');
    expect(mended.exitCode).toBe(0);
    expect(mended.stdout).toMatch(/Mended since known\.json\n.*sticky-session: POST \/login → GET \/cart/);
    const better = await run(['diff', 'old.json', 'out'], { cwd: folder.path });
    expect([better.exitCode, better.stdout]).toEqual([
      0,
      expect.stringMatching(/^- mended {2}sticky-session[\s\S]*0 new, 1 mended, 0 left$/),
    ]);
    const worse = await run(['diff', 'new.json', 'old.json'], { cwd: folder.path });
    expect([worse.exitCode, worse.stdout]).toEqual([
      1,
      expect.stringMatching(/^\+ new {5}sticky-session[\s\S]*1 new, 0 mended, 0 left$/),
    ]);
  });

  it.each([
    [['--baseline', 'none.json'], 'there is no such file', '--update-baseline'],
    [['--baseline', 'visit.http'], 'is no baseline', '--update-baseline'],
    [['--update-baseline'], 'no baseline to update', '--baseline'],
  ])('refuses %j before anything is audited', async (flags, why, hint) => {
    await using folder = await workspace({ 'visit.http': CART });
    const { exitCode, stderr } = await run(['check', '--session', 'visit.http', ...FLAGS, ...flags, ...APP], { cwd: folder.path });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(why);
    expect(stderr).toContain(hint);
  });

  it('is refused by diff if it is no report', async () => {
    await using folder = await workspace({ 'old.json': '{}' });
    const { exitCode, stderr } = await run(['diff', 'old.json', 'new.json'], { cwd: folder.path });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('is no JSON report of version')]);
  });
});

describe('a known finding that hides another', () => {
  // A login in memory, by a link that may be good once; what is public does not hang on it, but may be kept in memory too.
  const SHOP = `import { createServer } from 'node:http';
    const [sessions, orders, used] = [new Set(), new Set(), new Set()];
    createServer((request, response) => {
      const id = /sid=([\\w-]+)/.exec(request.headers.cookie ?? '')?.[1];
      const send = (status, value, headers = {}) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
      if (request.url.startsWith('/login/')) {
        if (process.env.ONCE === '1' && used.has(request.url)) return send(410, { error: 'this link was used' });
        used.add(request.url);
        const sid = crypto.randomUUID(); sessions.add(sid); return send(200, { ok: true }, { 'set-cookie': 'sid=' + sid + '; Path=/' });
      }
      if (request.url.startsWith('/public')) return send(200, { ordered: orders.has(request.url) });
      if (!sessions.has(id)) return send(401, { error: 'log in' });
      if (process.env.NEW === '1') orders.add('/public' + request.url);
      send(201, { ok: true });
    }).listen(process.env.PORT);`;
  const VISIT = `@user = {{$uuid}}\nPOST http://localhost/login/{{user}}\n\n###\n# @unread\nPOST http://localhost/{{user}}\n\n###\nGET http://localhost/public/{{user}}\n`;

  const checkIn = (folder: { path: string }, ...more: string[]) =>
    run(['check', '--session', 'visit.http', ...FLAGS, '--baseline', NAME, ...more, '--', process.execPath, 'shop.mjs'], {
      cwd: folder.path,
    });

  it('does not hide it, where one can log in twice', async () => {
    await using folder = await workspace({ 'visit.http': VISIT, 'shop.mjs': SHOP });
    expect((await checkIn(folder, '--update-baseline')).exitCode).toBe(0);
    const found = await checkIn(folder, '--env', 'NEW=1');
    expect(found.exitCode, found.stdout).toBe(1);
    expect(found.stdout).toMatch(/✗ process-memory [^✗]*also when the visitor is logged in on both/);
    const [, id = ''] = /✗ process-memory [^✗]*share-nothing replay (\w+)/.exec(found.stdout) ?? [];
    const again = await run(['replay', id, '--env', 'NEW=1', '--output', 'out', '--', process.execPath, 'shop.mjs'], {
      cwd: folder.path,
    });
    expect(again.stdout).toMatch(/\(together, 1 on each\).*\(1 on each\)[\s\S]*\nreproduced/);
  });

  it('leaves steps that it ties without a verdict, and names them, where one cannot', async () => {
    await using folder = await workspace({ 'visit.http': VISIT, 'shop.mjs': SHOP });
    expect((await checkIn(folder, '--env', 'ONCE=1', '--update-baseline')).exitCode).toBe(0);
    const hidden = await checkIn(folder, '--env', 'ONCE=1', '--env', 'NEW=1');
    expect(hidden.exitCode, hidden.stdout).toBe(2);
    expect(hidden.stdout).toContain('Behind findings known since known.json');
    expect(hidden.stdout).toMatch(/behind \w+ +not tried: step 1 [^:]* played a second time, is answered 410\s+and not 200/);
    expect(hidden.stdout.trimEnd().split('\n').slice(-2).join(' ')).toContain('as a known finding ties it since: GET /public/');
  });
});

it('known findings are no failure for other programs either', () => {
  const known: Report = againstBaseline(report({ findings: [finding()] }), NAME, baselineOf(report({ findings: [finding()] })));
  const junit = renderJunit(known);
  expect(junit).not.toContain('<failure');
  expect(junit).toMatch(new RegExp(`<skipped message="known, in the baseline: .* \\(${finding().fingerprint}\\)"`));
  expect(JSON.parse(renderSarif(known, '/')).runs[0].results[0]).toMatchObject({
    baselineState: 'unchanged',
    suppressions: [{ kind: 'external' }],
  });
});
