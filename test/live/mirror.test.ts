import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { APPS } from '../support/cli.ts';
import { up } from './support.ts';

const FIXTURES = resolve(import.meta.dirname, '../../fixtures/apps');

describe('the mirror', () => {
  it('tells of a session in memory while the visitor sees nothing of it', { timeout: 60_000 }, async () => {
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

  it('tells of records in a file of one process', { timeout: 60_000 }, async () => {
    await using app = await up({ flags: ['--policy', 'sticky'], command: [process.execPath, join(APPS, 'json-file.mjs')] });
    if (!app.text().includes('a disk each')) return;
    const { cookie } = await app.post('/order', '');
    await app.get('/records', { cookie });
    await app.said(/✗ GET \/records depends on who answers/);
  });

  it('tells nothing of an app that remembers nothing, in hundreds of requests', { timeout: 90_000 }, async () => {
    await using app = await up({
      cwd: join(FIXTURES, 'stateless-jwt'),
      flags: ['--env', 'JWT_SECRET=one'],
      command: [process.execPath, 'server.js'],
    });
    for (let round = 0; round < 100; round++) {
      const token = await app.post('/token', `{"user":"ann${round}"}`, { 'content-type': 'application/json' });
      const { token: bearer } = JSON.parse(token.body) as { token: string };
      const me = await app.get('/me', { authorization: `Bearer ${bearer}` });
      expect([me.status, me.body]).toEqual([200, `{"user":"ann${round}"}`]);
      expect((await app.get('/nothing')).status).toBe(404);
    }
    expect(await app.end('SIGINT')).toBe(0);
    expect(app.text()).not.toContain('depends on who answers');
  });

  it('keeps no visitor waiting, and asks nothing that may change anything', { timeout: 60_000 }, async () => {
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
    expect(performance.now() - began).toBeLessThan(1_000);
    await app.said(/(?:GET \/slow[\s\S]*){4}/);
    expect(app.text().match(/POST \/change/g)).toHaveLength(20);
    expect(app.text().match(/GET \/once/g)).toHaveLength(1);
  });

  it('takes no process that dies or is replaced for one that answers differently', { timeout: 60_000 }, async () => {
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
});
