import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PrivateRedis, startPrivateRedis } from '../../fixtures/private-redis.ts';
import { folderOf, readExpected } from '../../fixtures/run-fixture.ts';
import { describeInBrowser } from '../support/browser.ts';
import { up } from './support.ts';

const JSON_POST = `const post = (path, body) => fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const get = (path, headers = {}) => fetch(path, { headers, cache: 'no-store' }).then((reply) => reply.text());
const id = crypto.randomUUID();`;

/** What a visitor does in a page of the app, and what the mirror is to tell of. */
const SINFUL: readonly (readonly [app: string, visit: string, told: RegExp])[] = [
  [
    'express-memory-session',
    `await post('/login', { user: id }); await post('/cart', { item: 'book' }); await get('/cart')`,
    /GET \/cart .*likely sticky-session/s,
  ],
  [
    'express-array-records',
    `const note = await (await post('/notes', { text: id })).json(); await get('/notes/' + note.id)`,
    /GET \/notes\/\S+ .*likely process-memory/s,
  ],
  [
    'disk-json-database',
    `await get('/'); await post('/posts', { id, title: 'Spring' }); await get('/posts/' + id)`,
    /GET \/posts\/\S+ .*likely local-disk: .*posts\.json/s,
  ],
  [
    'jwt-boot-key',
    `const { token } = await (await post('/token', { user: id })).json(); await get('/me', { authorization: 'Bearer ' + token })`,
    /GET \/me .*likely boot-identity/s,
  ],
];

/** The same of clean apps, many times. */
const CLEAN: readonly (readonly [app: string, visit: string])[] = [
  [
    'express-redis-session',
    `await post('/login', { user: id }); await post('/cart', { item: 'book' }); await get('/cart'); await get('/')`,
  ],
  ['hazard-noise', `await get('/')`],
  ['hazard-hostname', `await get('/')`],
];
const ROUNDS = 30;

/** Both run while the tests do. */
let browser: () => Browser;
let redis: PrivateRedis;

/** The app behind `up`, each visitor always answered by the same process, and a page of it. */
async function visit(id: string) {
  const expected = await readExpected(id);
  const env = expected.redis ? ['--env', `REDIS_URL=${redis.url}`] : [];
  const app = await up({
    cwd: folderOf(id, expected),
    flags: ['--policy', 'sticky', '--no-logs', ...env, ...(expected.args ?? [])],
    command: expected.command,
  });
  const page = await (await browser().newContext({ bypassCSP: true })).newPage();
  await page.goto(/router +\| (http:\S+)/.exec(app.text())?.[1] ?? '');
  return { app, page };
}

describeInBrowser('mirroring alone, while the visitor sees nothing of it', (opened) => {
  browser = opened;
  beforeAll(async () => {
    redis = await startPrivateRedis();
  });
  afterAll(() => redis.stop());

  it.each(SINFUL)('finds what %s does', async (id, script, told) => {
    const { app, page } = await visit(id);
    await using _app = app;
    await page.evaluate(`(async () => { ${JSON_POST} ${script} })()`);
    await app.said(told);
  });

  it.each(CLEAN)('tells nothing of %s', async (id, script) => {
    const { app, page } = await visit(id);
    await using _app = app;
    for (let round = 0; round < ROUNDS; round++) await page.evaluate(`(async () => { ${JSON_POST} ${script} })()`);
    expect(await app.end('SIGINT')).toBe(0);
    expect(app.text()).not.toContain('depends on who answers');
  });
});
