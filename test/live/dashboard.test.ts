import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { startDashboard } from '../../src/live/dashboard.ts';
import { createFeed } from '../../src/live/feed.ts';
import type { LiveSettings } from '../../src/model/live.ts';
import { describeInBrowser } from '../support/browser.ts';
import { APPS } from '../support/cli.ts';
import { type Up, up } from './support.ts';

/** Open while the tests run. */
let browser: () => Browser;

const CART = [process.execPath, join(APPS, 'cart.mjs')];
const dashboardOf = (app: Up) => /(http:\S+) is the dashboard/.exec(app.text())?.[1] ?? '';

async function open(
  app: Up,
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<AsyncDisposable & { page: Page; errors: string[] }> {
  const page = await browser().newPage(options);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await page.goto(dashboardOf(app));
  await page.getByRole('rowheader', { name: 'web.1' }).waitFor();
  return { page, errors, [Symbol.asyncDispose]: () => page.close() };
}

describeInBrowser('the dashboard', (opened) => {
  browser = opened;

  it('lets pages go that take nothing, and keeps little for them', async () => {
    const feed = createFeed();
    const settings: LiveSettings = { policy: 'random', replaceEvery: null, mirror: false };
    const state = () => ({ routes: [], settings, processes: [], seed: 1, ownDisks: false });
    const options = { port: 0, page: '', state, look: async () => {}, feed, run: async () => {}, stalledMs: 500 };
    await using dashboard = await startDashboard(options);
    const { port } = new URL(dashboard.origin);
    const pages = Array.from({ length: 40 }, () => connect(Number(port), '127.0.0.1'));
    const closed = pages.map((page) =>
      once(
        page.on('error', () => {}),
        'close',
      ),
    );
    for (const page of pages) page.write(`GET /events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    for (const page of pages) page.pause();
    const before = process.memoryUsage().rss;
    const text = 'x'.repeat(4_000);
    const lines = setInterval(() => {
      for (let count = 0; count < 100; count++) feed.tell({ kind: 'line', by: 'web.1', text });
    }, 50);
    try {
      await wait(4_000);
      expect((process.memoryUsage().rss - before) / 1024 / 1024).toBeLessThan(200);
      // Who was let go hears of it once it reads again.
      for (const page of pages) page.resume();
      await Promise.any(closed);
    } finally {
      clearInterval(lines);
    }
  });

  it('shows processes, requests, lines and what the mirror finds as they come', async () => {
    await using app = await up({ flags: ['--policy', 'sticky'], command: CART, wait: /dashboard/ });
    await using it = await open(app, { colorScheme: 'dark' });
    const { page, errors } = it;
    await page.getByRole('heading', { name: 'Nothing depends on one process, so far' }).waitFor();
    const { cookie } = await app.post('/login', '{"user":"ann"}');
    await app.get('/cart', { cookie });
    await page.getByTitle(/^GET \/cart → 200, \d+ ms, visitor 1$/).waitFor();
    await page.getByRole('heading', { name: '1 request depends on who answers' }).waitFor();
    await page.getByText('likely sticky-session').waitFor();
    await page.getByText('The two replies as they came').click();
    await page.locator('.difference .came').getByText('401').waitFor();
    // Whoever comes later is told the same.
    await using later = await open(app, { viewport: { width: 390, height: 800 } });
    await later.page.getByText('likely sticky-session').waitFor();
    for (const one of [page, later.page]) {
      await one.evaluate(axe.source);
      const { violations } = (await one.evaluate(
        'axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })',
      )) as axe.AxeResults;
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    }
    expect(errors).toEqual([]);
  });

  it('restarts, kills, relocates, wipes, scales and switches', async () => {
    await using app = await up({ command: CART, wait: /dashboard/ });
    await using it = await open(app);
    const { page } = it;
    const row = page.getByRole('row', { name: /^web\.1/ });
    await row.getByRole('button', { name: 'Restart' }).click();
    await app.said(/web\.1 +\| replaced \(deploy\)/);
    await row.getByRole('button', { name: 'Relocate' }).click();
    await app.said(/web\.1 +\| replaced \(relocate\)/);
    await row.getByRole('button', { name: 'Kill' }).click();
    await app.said(/web\.1 +\| killed, as in a crash\n(?:.*\n)*web\.1 +\| started/);
    await row.getByRole('cell', { name: '3', exact: true }).waitFor();
    await row.getByRole('button', { name: 'Wipe' }).click();
    await app.said(/web\.1 +\| its disk was wiped/);
    await page.getByRole('button', { name: 'One web more' }).click();
    await page.getByRole('rowheader', { name: 'web.3' }).waitFor();
    await page.getByRole('button', { name: 'One web less' }).click();
    await app.said(/web\.3 +\| gone/);
    await page.getByLabel('Who answers').selectOption('never-same');
    await app.said(/policy never-same/);
    await page.getByLabel('Restarts').selectOption('every 2 s');
    await app.said(/a deploy every 2 s[\s\S]*replaced/);
    // The box shows what the simulation does, and so changes when that has answered.
    await page.getByLabel('Mirror GETs').click();
    await app.said(/mirror off/);
    await page.getByRole('combobox', { name: /^Of/ }).selectOption('web.1');
    await page.getByRole('log').getByText('its disk was wiped').waitFor();
  });

  it('saves what was asked for as a session, and audits the app with it', async () => {
    await using app = await up({ flags: ['--policy', 'sticky', '--no-mirror'], command: CART, wait: /dashboard/ });
    await using it = await open(app);
    const { page } = it;
    await page.getByRole('button', { name: 'Save as session' }).click();
    await page.getByRole('alert').getByText('nobody has asked for anything').waitFor();
    const { cookie } = await app.post('/login', '{"user":"ann"}');
    await app.post('/cart', '{"item":"book"}', { cookie });
    await app.get('/cart', { cookie });
    await page.getByRole('button', { name: 'Audit this' }).click();
    await app.said(/audit +\| does not conform: \d violation/);
    await app.said(/audit +\| report: \S+\.html/);
    expect(app.text()).toMatch(/audit +\| ✗ sticky-session/);
    const file = join(app.path, /3 requests saved.*: (\S+\.har)/.exec(app.text())?.[1] ?? '');
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(existsSync(file.replace('.har', '.html'))).toBe(true);
    expect(readFileSync(join(app.path, '.share-nothing/.gitignore'), 'utf8')).toBe('*\n');
  });

  it('acts for no other site, and under no other name', async () => {
    await using app = await up({ command: CART, wait: /dashboard/ });
    const url = new URL(dashboardOf(app));
    const ask = (method: string, path: string, headers: Record<string, string>, body = '') =>
      new Promise<number>((resolve, reject) => {
        const request = plainRequest(new URL(path, url), { method, headers }, (reply) => {
          reply.destroy();
          resolve(reply.statusCode ?? 0);
        });
        request.once('error', reject);
        request.end(body);
      });
    const kill = '{"kind":"replace","process":"web.1","how":"crash"}';
    const own = { 'content-type': 'application/json', origin: url.origin };
    // A name of another site that was made to point here.
    expect(await ask('GET', '/', { host: `evil.example:${url.port}` })).toBe(421);
    expect(await ask('GET', '/events', { host: 'evil.example' })).toBe(421);
    expect(await ask('POST', '/command', { ...own, host: `evil.example:${url.port}` }, kill)).toBe(421);
    // Another site's page.
    expect(await ask('GET', '/events', { 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await ask('POST', '/command', { ...own, origin: 'http://evil.example' }, kill)).toBe(403);
    expect(await ask('POST', '/command', { ...own, origin: 'null' }, kill)).toBe(403);
    expect(await ask('POST', '/command', { 'content-type': 'application/json' }, kill)).toBe(403);
    expect(await ask('POST', '/command', { ...own, 'content-type': 'text/plain' }, kill)).toBe(403);
    expect(await ask('POST', '/command', own, '{"kind":"replace","process":"web.1","how":"maim"}')).toBe(400);
    expect(await ask('POST', '/command', own, '{"kind":"replace","process":"web.9","how":"deploy"}')).toBe(409);
    expect(await ask('POST', '/command', own, '{"kind":"wipe","process":"__proto__"}')).toBe(409);
    expect(await ask('POST', '/command', own, '{"kind":"scale","type":"worker","count":1}')).toBe(409);
    expect(await ask('POST', '/command', own, 'x'.repeat(100_000))).toBe(400);
    expect(await ask('GET', '/../package.json', {})).toBe(404);
    // A real page of another origin.
    await using page = await browser()
      .newPage()
      .then((page) => Object.assign(page, { [Symbol.asyncDispose]: () => page.close() }));
    await page.goto(/router +\| (http:\S+)/.exec(app.text())?.[1] ?? '');
    const tried = await page.evaluate(
      async ({ url, kill }) => {
        const post = (headers: Record<string, string>) =>
          fetch(url, { method: 'POST', body: kill, headers }).then(
            ({ ok }) => ok,
            () => false,
          );
        return [await post({}), await post({ 'content-type': 'application/json' })];
      },
      { url: `${url.origin}/command`, kill },
    );
    expect(tried).toEqual([false, false]);
    expect(app.text()).not.toContain('killed');
    expect(await ask('POST', '/command', own, kill)).toBe(204);
    await app.said(/web\.1 +\| killed/);
  });

  it('says what to do about a port that is taken', async () => {
    await using app = await up({ command: CART, wait: /dashboard/ });
    const { port } = new URL(dashboardOf(app));
    await expect(up({ command: CART, flags: ['--dashboard-port', port] })).rejects.toThrow(
      /dashboard cannot listen on 127\.0\.0\.1:\d+ \(EADDRINUSE\)[\s\S]*--no-dashboard/,
    );
  });
});
