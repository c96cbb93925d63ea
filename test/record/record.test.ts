import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import axe from 'axe-core';
import { execa } from 'execa';
import type { Browser, Page } from 'playwright-core';
import { request } from 'undici';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { describeInBrowser } from '../support/browser.ts';
import { APPS, CLI, run, workspace } from '../support/cli.ts';

interface Recording extends AsyncDisposable {
  readonly folder: string;
  /** Where the app is visited, and the page. */
  readonly origin: string;
  readonly page: string;
  readonly said: (text: RegExp) => Promise<string>;
  /** Ends it as Ctrl-C does. */
  readonly end: () => Promise<{ exitCode: number | undefined; text: string }>;
}

/** Runs `share-nothing record` in a folder of its own, and waits until the app can be used. */
async function record(flags: readonly string[], app: readonly string[], files: Record<string, string> = {}): Promise<Recording> {
  const folder = await workspace(files);
  const child = execa(process.execPath, [CLI, 'record', '--port', '0', ...flags, '--', ...app], {
    cwd: folder.path,
    reject: false,
    all: true,
    env: { NO_COLOR: '1' },
  });
  let text = '';
  child.all.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const said = async (wanted: RegExp) => {
    while (!wanted.test(text)) {
      if (child.exitCode !== null) throw new Error(`it has ended: ${text}`);
      await Promise.race([once(child.all, 'data'), child]);
    }
    return wanted.exec(text)?.[1] ?? '';
  };
  await said(/saves and ends/);
  return {
    folder: folder.path,
    origin: await said(/use the app at (\S+)/),
    page: flags.includes('--no-page') ? '' : await said(/what is recorded: (\S+)/),
    said,
    async end() {
      child.kill('SIGINT');
      const { exitCode } = await child;
      return { exitCode, text };
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await child;
      await folder[Symbol.asyncDispose]();
    },
  };
}

const app = (name: string) => [process.execPath, join(APPS, name)];
const fixture = (id: string) => [process.execPath, resolve(import.meta.dirname, `../../fixtures/apps/${id}/server.js`)];
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** Audits an app with a session, quickly, and gives the findings. */
async function findings(cwd: string, session: string, command: readonly string[]): Promise<Report['findings']> {
  const flags = ['--reporter', 'json', '--seed', '1', '--strength', '2', '--host', 'plain', '--fail-fast'];
  const { stdout, stderr } = await run(['check', '--session', session, ...flags, '--', ...command], { cwd });
  if (!stdout.startsWith('{')) throw new Error(stderr);
  return (JSON.parse(stdout) as Report).findings;
}

describe('record', () => {
  it('saves at Ctrl-C what any client has done, with secrets in a file of their own', async () => {
    await using recording = await record(['--no-page'], app('gallery.mjs'), {
      'http-client.private.env.json': '{\n  // mine\n  "staging": { "password": "other" }\n}\n',
    });
    const { origin, folder, end } = recording;
    const sent = await request(`${origin}/login`, { method: 'POST', headers: FORM, body: 'user=ann&password=tr0ub4dor%263' });
    const cookie = String(sent.headers['set-cookie']).split(';')[0] ?? '';
    await request(`${origin}/photos`, { headers: { cookie } });
    await request(`${origin}/photos`, { headers: { cookie, 'user-agent': 'another' } });
    const { exitCode, text } = await end();
    expect(text).toContain('POST /login → 303');
    expect(text).toContain('saved session.http: 3 steps');
    expect(text).toMatch(/next: share-nothing check --session session\.http -- .*gallery\.mjs/);
    expect(exitCode).toBe(0);
    const session = readFileSync(join(folder, 'session.http'), 'utf8');
    expect(session).toContain('user=ann&password={{password_2}}');
    expect(session).toContain('# @visitor 2');
    expect(session).not.toContain('tr0ub4dor');
    const kept = readFileSync(join(folder, 'http-client.private.env.json'), 'utf8');
    expect(kept).toContain('// mine');
    expect(kept).toContain('"password_2": "tr0ub4dor%263"');
    expect(statSync(join(folder, 'http-client.private.env.json')).mode & 0o077).toBe(0);
    const again = await run(['record', '--', 'true'], { cwd: folder });
    expect(again.stderr).toContain('session.http is there already');
  });

  it('saves HAR, one file for each visitor', async () => {
    await using recording = await record(['--no-page', '--to', 'visit.har'], app('notes.mjs'));
    const { origin, folder, end } = recording;
    for (const agent of ['one', 'two']) await request(`${origin}/`, { headers: { 'user-agent': agent } });
    expect((await end()).text).toContain('saved visit.har, visit-2.har: 2 steps, with what was sent in it, passwords too');
    expect(statSync(join(folder, 'visit-2.har')).mode & 0o077).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, 'visit.har'), 'utf8'))).toMatchObject({ log: { entries: [{}] } });
  });

  it('says what is wrong, and leaves nothing', async () => {
    await using folder = await workspace({
      'there.http': 'GET /',
      'dies.mjs':
        "setTimeout(() => process.exit(3), 500); (await import('node:http')).createServer((_, r) => r.end('x')).listen(process.env.PORT, '127.0.0.1');",
    });
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    for (const [flags, command, message] of [
      [['--to', 'x.json'], ['true'], 'it must end with .http, .rest, .har'],
      [['--to', 'there.http'], ['true'], 'there.http is there already'],
      [['--port', '99999'], app('notes.mjs'), '--port: "99999" given'],
      [['--port', String(port)], app('notes.mjs'), `cannot listen on 127.0.0.1:${port}`],
      [['--port', '0'], [process.execPath, '-e', 'process.exit(1)'], 'exit'],
      [['--port', '0'], [process.execPath, 'dies.mjs'], 'the app ended while it was recorded: exited with code 3'],
    ] as const) {
      const { exitCode, stderr } = await run(['record', ...flags, '--', ...command], { cwd: folder.path });
      expect(stderr).toContain(message);
      expect(stderr).toContain('hint:');
      expect(exitCode).toBe(2);
    }
    taken.close();
    await using idle = await record(['--no-page'], app('notes.mjs'));
    const { exitCode, text } = await idle.end();
    expect(text).toContain('nothing was recorded, and nothing is saved');
    expect(exitCode).toBe(2);
    expect(existsSync(join(idle.folder, 'session.http'))).toBe(false);
  });

  it('turns files of other tools into a session that plays', async () => {
    await using folder = await workspace({
      'cmds.sh': 'curl http://localhost:3000/\ncurl http://localhost:3000/notes -d title=tea\ncurl http://localhost:3000/\n',
    });
    const { path: cwd } = folder;
    const { stdout } = await run(['record', '--from', 'curl', 'cmds.sh'], { cwd });
    expect(stdout).toBe('saved session.http: 3 steps\nnext: share-nothing check --session session.http');
    const collection = {
      info: { schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
      variable: [{ key: 'host', value: 'http://localhost:3000' }],
      item: [
        {
          name: 'Add',
          request: {
            method: 'POST',
            url: '{{host}}/notes',
            body: { mode: 'urlencoded', urlencoded: [{ key: 'title', value: 'tea' }] },
          },
        },
        { name: 'Look', request: '{{host}}/' },
      ],
    };
    writeFileSync(join(cwd, 'c.json'), JSON.stringify(collection));
    await run(['record', '--from', 'postman', 'c.json', '--to', 'postman.http'], { cwd });
    expect(readFileSync(join(cwd, 'postman.http'), 'utf8')).toContain(
      '@host = http://localhost:3000\n\n### Add\nPOST {{host}}/notes',
    );
    expect(await findings(cwd, 'postman.http', app('notes.mjs'))).toMatchObject([{ rule: 'process-memory' }]);
    const piped = await execa(process.execPath, [CLI, 'record', '--from', 'curl', '-', '--to', 'piped.http'], {
      cwd,
      input: 'curl localhost/x',
    });
    expect(piped.stdout).toContain('saved piped.http: 1 step');
    for (const [words, message] of [
      [['--from', 'curl'], '--from curl names no file'],
      [['--from', 'har', 'gone.har'], 'gone.har cannot be read'],
      [['--from', 'har', 'cmds.sh'], 'not JSON'],
      [['--from', 'insomnia', 'x'], "'insomnia' is invalid"],
      [['--from', 'curl', 'cmds.sh', '--to', 'x.har'], '--to names a .har'],
    ] as const) {
      const to = words.includes('--to' as never) ? [] : ['--to', 'new.http'];
      const { exitCode, stderr } = await run(['record', ...words, ...to], { cwd });
      expect(stderr).toContain(message);
      expect(exitCode).toBe(2);
    }
  });
});

describeInBrowser('the page of record', (browser) => {
  const openPage = async (address: string): Promise<{ page: Page; errors: string[] }> => {
    const page = await browser().newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    await page.goto(address);
    return { page, errors };
  };
  const submit = async (page: Page, values: Record<string, string>) => {
    for (const [name, value] of Object.entries(values)) await page.fill(`input[name=${name}]`, value);
    await Promise.all([page.waitForEvent('load'), page.evaluate('document.forms[0].submit()')]);
  };
  const visit = async (chrome: Browser, address: string) => {
    const page = await chrome.newPage();
    await page.goto(address);
    return page;
  };

  it('lists what Chromium did, marks secrets and issued values, and saves what plays', async () => {
    await using recording = await record([], app('gallery.mjs'));
    const { origin, folder, said } = recording;
    const { page, errors } = await openPage(recording.page);
    await page.getByText('What you do there is listed here').waitFor();
    const used = await visit(browser(), origin);
    await submit(used, { user: 'ann', password: 'correct horse' });
    const photo = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(200, 0xfe)]);
    await used.setInputFiles('input[name=photo]', { name: '../My sea.png', mimeType: 'image/png', buffer: photo });
    await submit(used, {});
    await used.getByText('1 photos').waitFor();
    await page.getByRole('row', { name: /POST \/login 303 secret: password/ }).waitFor();
    await page.getByRole('row', { name: /GET \/photos 200 issues token → step 4/ }).waitFor();
    await page.getByText('fetched by the browser itself').first().waitFor();
    expect(await page.locator('pre mark.secret').allInnerTexts()).toEqual(['{{password}}']);
    expect(await page.locator('pre').innerText()).toContain('< ./session-files/My-sea.png');
    expect(await page.content()).not.toContain('horse');
    await page.evaluate(axe.source);
    const { violations } = (await page.evaluate('axe.run()')) as axe.AxeResults;
    expect(violations.map(({ id }) => id)).toEqual([]);
    await page.getByRole('checkbox', { name: 'Keep GET /', exact: true }).uncheck();
    await page.getByRole('heading', { name: '4 steps recorded' }).waitFor();
    await page.getByRole('button', { name: 'Save as session.http' }).click();
    await page.getByText('saved session.http: 4 steps').waitFor();
    await said(/saved session\.http: 4 steps/);
    expect(readFileSync(join(folder, 'session-files/My-sea.png')).equals(photo)).toBe(true);
    expect(errors).toEqual([]);
    await page.close();
    await used.close();
    expect((await recording.end()).exitCode).toBe(0);
    expect(await findings(folder, 'session.http', app('gallery.mjs'))).toMatchObject([{ rule: 'process-memory' }]);
  });

  it('acts for no other site', async () => {
    await using recording = await record([], app('notes.mjs'));
    const { statusCode } = await request(`${recording.page}/state`, { headers: { host: 'evil.example' } });
    const posted = await request(`${recording.page}/command`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'http://evil.example' },
      body: '{"kind":"clear"}',
    });
    expect([statusCode, posted.statusCode]).toEqual([421, 403]);
  });

  it.each([
    ['koa-wizard', '/apply', [{ name: 'Ann' }, { city: 'Paris' }], 'a[href="/apply/summary"]'],
    ['express-csrf-synchroniser', '/transfer', [{ amount: '5' }], null],
  ])('records what is wrong with %s', async (id, path, forms, link) => {
    await using recording = await record([], fixture(id));
    const { page } = await openPage(recording.page);
    const used = await visit(browser(), recording.origin + path);
    for (const values of forms) await submit(used, values);
    if (link !== null) await Promise.all([used.waitForEvent('load'), used.click(link)]);
    await page.getByText(`POST ${path}`, { exact: false }).first().waitFor();
    await page.close();
    await used.close();
    expect((await recording.end()).exitCode).toBe(0);
    expect(await findings(recording.folder, 'session.http', fixture(id))).toMatchObject([{ rule: 'sticky-session' }]);
  });
});
