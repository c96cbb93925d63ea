import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { APPS } from '../support/cli.ts';
import { up } from './support.ts';

describe('the mirror', () => {
  it('tells of a session in memory while the visitor sees nothing of it', async () => {
    await using app = await up({ flags: ['--policy', 'sticky'], command: [process.execPath, join(APPS, 'cart.mjs')] });
    const { cookie } = await app.post('/login', '{"user":"ann"}');
    for (let round = 0; round < 3; round++) expect((await app.get('/cart', { cookie })).status).toBe(200);
    await app.said(/✗ GET \/cart depends on who answers\n.*web\.\d +200 \{"items":\[\]\}\n.*web\.\d +401 /);
    // Once for each path.
    await app.get('/cart', { cookie });
    await app.get('/', { cookie });
    expect(await app.end('SIGINT')).toBe(0);
    expect(app.text().match(/depends on who answers/g)).toHaveLength(1);
  });

  it('tells of it as well when the visitor has just met the process that knows nothing', async () => {
    await using app = await up({ flags: ['--policy', 'never-same'], command: [process.execPath, join(APPS, 'cart.mjs')] });
    const { cookie } = await app.post('/login', '{"user":"ann"}');
    expect((await app.get('/cart', { cookie })).status).toBe(401);
    await app.said(/web\.\d +401 .*\n.*web\.\d +200 [\s\S]*likely sticky-session: web\.\d answers as it answers strangers/);
  });

  it('tells of no secret that is in a reply or an address; what the app itself prints is shown as it is', async () => {
    const [secret, token] = ['s3cr3t-Wq81zK', 't0k3n-Yq72bM'];
    const source = `
import { createServer } from 'node:http';
let seen = 0;
createServer((request, response) => {
  console.log('served', request.url);
  if (request.method === 'POST') seen++;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ password: '${secret}' + process.env.PORT, seen, note: 'your password is ${secret}' + process.env.PORT }));
}).listen(process.env.PORT, '127.0.0.1');`;
    const flags = ['--policy', 'sticky', '--dashboard-port', '0'];
    await using app = await up({ files: { 's.mjs': source }, flags, command: [process.execPath, 's.mjs'] });
    const { cookie } = await app.post('/count', '');
    await app.get(`/account?token=${token}`, { cookie });
    await app.said(/✗ GET \/account\S* depends on who answers/);
    const shown = app.text().replace(/^.*served .*$/gm, '');
    expect(shown).not.toContain(secret);
    expect(shown).not.toContain(token);
    expect(app.text()).toContain(`served /account?token=${token}`);
    const logs = join(app.path, '.share-nothing/logs');
    expect(statSync(logs).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(logs)) expect(statSync(join(logs, name)).mode & 0o777).toBe(0o600);
    const page = await fetch(`${/(http:\S+) is the dashboard/.exec(app.text())?.[1]}/events`);
    const reader = page.body?.getReader();
    let heard = '';
    while (!heard.includes('"kind":"contradiction"')) heard += new TextDecoder().decode((await reader?.read())?.value);
    await reader?.cancel();
    const events = heard.replaceAll(/served [^"]*/g, '');
    expect(events).not.toContain(secret);
    expect(events).not.toContain(token);
  });

  it('tells of records in a file of one process', async () => {
    await using app = await up({ flags: ['--policy', 'sticky'], command: [process.execPath, join(APPS, 'json-file.mjs')] });
    if (!app.text().includes('a disk each')) return;
    const { cookie } = await app.post('/order', '');
    await app.get('/records', { cookie });
    await app.said(/✗ GET \/records depends on who answers/);
  });

  it('keeps no visitor waiting, and asks nothing that may change anything', async () => {
    const source = `
import { createServer } from 'node:http';
createServer((request, response) => {
  console.log(request.method, request.url);
  setTimeout(() => response.end('x'), request.url === '/slow' ? 400 : 0);
}).listen(process.env.PORT, '127.0.0.1');`;
    await using app = await up({
      files: { 's.mjs': source },
      flags: ['--ignore-path', '/once'],
      command: [process.execPath, 's.mjs'],
    });
    await app.get('/once');
    await app.get('/slow');
    const began = performance.now();
    for (let round = 0; round < 20; round++) await app.post('/change', '');
    expect(performance.now() - began).toBeLessThan(4_000);
    await app.said(/(?:GET \/slow[\s\S]*){4}/);
    expect(app.text().match(/POST \/change/g)).toHaveLength(20);
    expect(app.text().match(/GET \/once/g)).toHaveLength(1);
  });

  it('takes no process that dies or is replaced for one that answers differently', async () => {
    const source = `
import { createServer } from 'node:http';
createServer((request, response) => setTimeout(() => response.end('x'), 5)).listen(process.env.PORT, '127.0.0.1');`;
    const flags = ['--restart-every', '150ms', '--restart-mode', 'crash', '--processes', '3'];
    await using app = await up({ files: { 's.mjs': source }, flags, command: [process.execPath, 's.mjs'] });
    const until = performance.now() + 5_000;
    for (let round = 0; performance.now() < until; round++) await app.get(`/page-${round % 7}`);
    expect(await app.end('SIGINT')).toBe(0);
    expect(app.text()).toMatch(/killed, as in a crash/);
    expect(app.text()).not.toContain('depends on who answers');
  });

  it('tells of what depends on who answers on a page that says who answers', async () => {
    const source = `
import { createServer } from 'node:http';
const items = [];
createServer((request, response) => {
  if (request.method === 'POST') items.push('book');
  response.end(JSON.stringify({ items, instance: { pid: process.pid, port: process.env.PORT } }));
}).listen(process.env.PORT, '127.0.0.1');`;
    await using app = await up({ files: { 's.mjs': source }, flags: ['--policy', 'sticky'], command: [process.execPath, 's.mjs'] });
    const { cookie } = await app.get('/');
    // Nothing has been remembered yet; the mirror asks newcomers who they are meanwhile.
    const until = performance.now() + 2_500;
    while (performance.now() < until) await app.get('/', { cookie });
    expect(app.text()).not.toContain('depends on who answers');
    await app.post('/', '', { cookie });
    await app.get('/', { cookie });
    await app.said(/✗ GET \/ depends on who answers[\s\S]*- +"book"/);
    expect(app.text()).not.toMatch(/[-+] +"(?:pid|port)"/);
  });
});
