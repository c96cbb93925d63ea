import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { get, type Visit } from '../../src/explore/asked.ts';
import { oldReadings } from '../../src/explore/read-again.ts';
import { AS_LOOK, answeredAsLook } from '../../src/explore/refusal.ts';
import { callsIn } from '../../src/explore/script-calls.ts';
import { routesIn } from '../../src/explore/source-routes.ts';
import { valueFor } from '../../src/explore/values.ts';
import type { Report } from '../../src/model/report.ts';

const CLI = resolve(import.meta.dirname, '../../dist/cli.js');
const WHO = { id: '3f2e1a07', account: null };
let folder = '';

function answered(text: string): Visit['reply'] {
  const body = { text, bytes: text.length, digest: text, binary: false, state: 'whole' as const };
  return { outcome: 'answered', status: 200, headers: [], body, ms: 1, tries: 1 };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'share-nothing-visit-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function visited(name: string, app: string, args: readonly string[] = []) {
  const cwd = join(folder, name);
  await mkdir(cwd);
  await writeFile(join(cwd, 'app.mjs'), app);
  const output = join(cwd, 'out');
  const run = await execa(
    process.execPath,
    [
      CLI,
      'check',
      '--seed',
      '1',
      '--strength',
      '2',
      '--fail-fast',
      '--host',
      'copy',
      '--output',
      output,
      '--reporter',
      'json',
      ...args,
      '--',
      'node',
      'app.mjs',
    ],
    { cwd, reject: false, timeout: 500_000 },
  );
  const report = run.stdout.startsWith('{') ? (JSON.parse(run.stdout) as Report) : null;
  const session = report?.reached == null ? '' : await readFile(report.reached.file, 'utf8');
  return { ...run, report, session };
}

/** A shop with pages alone: its sessions are in memory. */
const SHOP = `
import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
const users = new Map(), sessions = new Map();
createServer(async (request, response) => {
  let text = '';
  for await (const chunk of request) text += chunk;
  const form = new URLSearchParams(text);
  const sid = /sid=([\\w-]+)/.exec(request.headers.cookie ?? '')?.[1];
  const user = sessions.get(sid);
  const page = (body) => response.setHeader('content-type', 'text/html').end('<title>Shop</title>' + body);
  const to = (path) => response.writeHead(303, { location: path }).end();
  const route = request.method + ' ' + request.url;
  if (route === 'GET /') return page('<a href="/join">Join</a> <a href="/enter">Log in</a> <a href="/basket">Basket</a>' + (user ? '<form action="/leave" method="post"><button>Log out</button></form>' : ''));
  if (route === 'GET /join') return page('<form method="post"><label for="m">E-mail</label><input id="m" name="m" type="email" required><input type="password" name="p" minlength="8"><input type="password" name="p2"><input name="nick" pattern="[a-z]{3,8}" required><button>Join</button></form>');
  if (route === 'POST /join') {
    if (form.get('p') !== form.get('p2') || !/^[a-z]{3,8}$/.test(form.get('nick'))) return response.writeHead(400).end('wrong');
    users.set(form.get('m'), form.get('p'));
    return to('/enter');
  }
  if (route === 'GET /enter') return page('<form method="post"><input name="m" type="email"><input type="password" name="p"><button>Log in</button></form>');
  if (route === 'POST /enter') {
    if (users.get(form.get('m')) !== form.get('p')) return response.writeHead(401).end('who?');
    const fresh = randomUUID();
    sessions.set(fresh, { items: [] });
    response.setHeader('set-cookie', 'sid=' + fresh);
    return to('/');
  }
  if (user === undefined) return to('/enter');
  if (route === 'GET /basket') return page('<ul>' + user.items.map((item) => '<li>' + item).join('') + '</ul><form action="/basket" method="post"><input name="title"><button>Put in</button></form>');
  if (route === 'POST /basket') { user.items.push(form.get('title')); return to('/basket'); }
  if (route === 'POST /leave') { sessions.delete(sid); return to('/'); }
  response.writeHead(404).end();
}).listen(Number(process.env.PORT));
`;

describe('an app without a session', () => {
  it('is visited by its pages: joins, logs in, puts something in, looks, leaves', async () => {
    const { report, session, exitCode, stderr } = await visited('shop', SHOP, ['--budget', '1s', '--explore-steps', '14']);
    expect(stderr).not.toMatch(/error/);
    expect(report?.reached?.writes.join()).toMatch(/POST \/join.*POST \/enter.*POST \/basket.*POST \/leave/s);
    expect(exitCode).toBe(1);
    expect(report?.findings.map(({ level }) => level)).toContain('violation');
    expect(session).toContain('@id = {{$random.hexadecimal 8}}');
    expect(session.indexOf('POST /join')).toBeLessThan(session.indexOf('POST /enter'));
    expect(session.indexOf('POST /leave')).toBeGreaterThan(session.indexOf('POST /basket'));
  });

  it('has no verdict if nothing that changes something was reached', async () => {
    const app = `import { createServer } from 'node:http';
      createServer((request, response) => response.setHeader('content-type', 'text/html').end('<a href="/about">About</a>')).listen(Number(process.env.PORT));`;
    const { report, exitCode, session, stderr } = await visited('still', app);
    // It is told at once, and not only at the end.
    expect(stderr).toMatch(/Reached: 2 of 2 routes[\s\S]*writes +none[\s\S]*explore session\.http/);
    expect(session).not.toContain('@id');
    expect(exitCode).toBe(2);
    expect(report?.conclusion).toBe('no-verdict');
    expect(report?.reached?.writes).toEqual([]);
  });

  it('says so if it only answers 500, or wants somebody it knows', async () => {
    const app = (status: number) => `import { createServer } from 'node:http';
      createServer((request, response) => response.writeHead(${status}, { 'www-authenticate': 'Basic' }).end('no')).listen(Number(process.env.PORT));`;
    const broken = await visited('broken', app(500));
    expect(broken.exitCode).toBe(2);
    expect(broken.stderr).toContain('nothing could be made a session of: GET / was answered with 500');
    const guarded = await visited('guarded', app(401));
    expect(guarded.stderr).toContain('--auth user:password');
  });
});

describe('a visit', () => {
  it('that is interrupted says so, and leaves no process and no evidence', async () => {
    const cwd = join(folder, 'endless');
    await mkdir(cwd);
    const app = `import { createServer } from 'node:http';
      let count = 0;
      createServer((request, response) => setTimeout(() => {
        const links = Array.from({ length: 20 }, () => '<a href="' + request.url.replace(/\\/$/, '') + '/p' + ++count + '">on</a>');
        response.setHeader('content-type', 'text/html').end(links.join(''));
      }, 300)).listen(Number(process.env.PORT));`;
    await writeFile(join(cwd, 'app.mjs'), app);
    const run = execa(process.execPath, [CLI, 'check', '--output', 'out', '--', 'node', 'app.mjs'], {
      cwd,
      reject: false,
      timeout: 60_000,
    });
    run.stderr.once('data', () => setTimeout(() => run.kill('SIGINT'), 1500));
    const { exitCode, stderr } = await run;
    expect(exitCode).toBe(2);
    expect(stderr).toContain('interrupted while the app was visited');
    expect((await readdir(join(cwd, 'out'))).filter((name) => name.startsWith('20'))).toEqual([]);
  });
});

describe('an account', () => {
  it('logs in and is written nowhere, raw or encoded', async () => {
    const app = `import { createServer } from 'node:http';
      let greeting = 'hello';
      createServer(async (request, response) => {
        if (request.headers.authorization !== 'Bearer ' + 'q7Zk-very-secret') return response.writeHead(401).end('who?');
        let text = '';
        for await (const chunk of request) text += chunk;
        if (request.method === 'PUT' && request.url === '/greeting') greeting = JSON.parse(text).greeting;
        response.setHeader('content-type', 'application/json').end(JSON.stringify({ greeting, see: '/greeting' }));
      }).listen(Number(process.env.PORT));`;
    const { report, session, exitCode } = await visited('account', app, ['--auth', 'Bearer q7Zk-very-secret']);
    expect(report?.reached?.writes).toEqual(['PUT /greeting']);
    expect(exitCode).toBe(1);
    expect(session).toContain('Authorization: {{authorization}}');
    const files = await readdir(join(folder, 'account', 'out'), { recursive: true, withFileTypes: true });
    const texts = await Promise.all(
      files.filter((one) => one.isFile()).map((one) => readFile(join(one.parentPath, one.name), 'utf8')),
    );
    expect(texts.join()).not.toContain('q7Zk-very-secret');
  });
});

describe('an account of a form', () => {
  it('plays with a password that forms spell otherwise, and is written nowhere in any spelling', async () => {
    const app = `import { createServer } from 'node:http';
      let known = false;
      createServer(async (request, response) => {
        let text = '';
        for await (const chunk of request) text += chunk;
        response.setHeader('content-type', 'text/html');
        if (request.method === 'POST') {
          if (new URLSearchParams(text).get('p') !== 'q7&Z+k!y') return response.writeHead(401).end('who?');
          known = true;
        }
        response.end(known ? 'Welcome' : '<form method="post" action="/login"><input name="user"><input type="password" name="p"><button>Log in</button></form>');
      }).listen(Number(process.env.PORT));`;
    const { report, session } = await visited('password', app, ['--auth', 'ada:q7&Z+k!y', '--budget', '1s']);
    expect(session).toContain('p={{password}}');
    expect(session.match(/--var password/g)).toHaveLength(1);
    expect(session).not.toContain('q7');
    expect(report?.problems.map(({ code }) => code)).not.toContain('control-failed');
  });
});

describe('what is known of routes', () => {
  it('is read from sources', () => {
    const js = `app.post('/notes/:id', (request, response) => { const { title, done } = request.body; });
      if (request.method === 'PUT' && url === '/settings') save();`;
    expect(routesIn(js, { language: 'js', from: 'a.js' })).toMatchObject([
      { method: 'POST', path: '/notes/{id}', body: { fields: [{ name: 'title' }, { name: 'done', type: 'boolean' }] } },
      { method: 'PUT', path: '/settings' },
    ]);
    const line =
      "if (request.url === '/healthz') return response.end(JSON.stringify({ ok: true }));\nif (request.method === 'POST') { add(); }";
    expect(routesIn(line, { language: 'js', from: 'a.js' }).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /healthz',
    ]);
    const upload = "app.post('/photos', upload.single('picture'), (request, response) => { const { title } = request.body; });";
    expect(routesIn(upload, { language: 'js', from: 'a.js' })).toMatchObject([
      { path: '/photos', body: { type: 'multipart', fields: [{ name: 'title' }, { name: 'picture', type: 'file' }] } },
    ]);
    const py = `@app.route("/items/<int:item_id>", methods=["GET", "DELETE"])\ndef item(item_id): ...`;
    expect(routesIn(py, { language: 'py', from: 'a.py' }).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /items/{item_id}',
      'DELETE /items/{item_id}',
    ]);
  });

  it('is read from scripts of pages', () => {
    const script = `fetch('/api/todos', { method: 'POST', body: JSON.stringify({ title: x, done: false }) }); axios.delete('/api/todos/7')`;
    expect(callsIn(script)).toMatchObject([
      { method: 'POST', path: '/api/todos', body: { fields: [{ name: 'title' }, { name: 'done' }] } },
      { method: 'DELETE', path: '/api/todos/7' },
    ]);
  });

  it('is read from calls to what stands beside the page', () => {
    expect(callsIn("fetch('db').then(show); fetch('https://elsewhere.example/x')")).toMatchObject([{ method: 'GET', path: '/db' }]);
  });

  it('is no write where the app answers as it answers a look', () => {
    const visit = (method: string, text: string, headers: Visit['reply']['headers'] = []): Visit => ({
      asked: { ...get('/healthz', 'Health'), method },
      reply: { ...answered(text), headers },
      ...{ isHop: false, isLost: false, isGone: false, refused: null },
    });
    const look = [visit('GET', 'ok')];
    expect(answeredAsLook(visit('POST', 'ok'), { visits: look, id: '3f2e1a07' })).toBe(AS_LOOK);
    expect(answeredAsLook(visit('POST', 'saved'), { visits: look, id: '3f2e1a07' })).toBeNull();
    expect(answeredAsLook(visit('POST', 'ok', [['set-cookie', 'sid=1']]), { visits: look, id: '3f2e1a07' })).toBeNull();
    expect(answeredAsLook(visit('POST', 'ok'), { visits: [], id: '3f2e1a07' })).toBeNull();
  });

  it('is asked for once more by itself where only a redirect has shown it since the last write, by its own name', () => {
    const visit = (method: string, target: string, isHop = false): Visit => ({
      asked: { ...get(target, method === 'POST' || isHop ? 'Add' : 'Home'), method },
      reply: answered('ok'),
      ...{ isHop, isLost: false, isGone: false, refused: null },
    });
    const visits = [visit('GET', '/'), visit('GET', '/cart', true), visit('POST', '/cart'), visit('GET', '/cart', true)];
    expect(oldReadings(visits).map(({ target, title }) => [target, title])).toEqual([
      ['/', 'Home'],
      ['/cart', expect.stringMatching(/cart/i)],
    ]);
    expect(oldReadings([...visits, visit('GET', '/cart'), visit('GET', '/')])).toEqual([]);
  });

  it('has values that people would write', () => {
    expect(valueFor({ name: 'email', type: 'text' }, WHO)).toBe('ada3f2e1a07@example.com');
    expect(valueFor({ name: 'n', type: 'number', min: '3', max: '9', step: '2' }, WHO)).toBe('3');
    expect(valueFor({ name: 'nick', type: 'text', pattern: '[a-z]{3,8}' }, WHO)).toMatch(/^[a-z]{3,8}$/);
    expect(valueFor({ name: 'size', type: 'select', options: ['', 'small'] }, WHO)).toBe('small');
  });
});
