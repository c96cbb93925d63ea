import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createFeed } from '../../src/live/feed.ts';
import { openLogFiles } from '../../src/live/log-files.ts';
import { createRecorder } from '../../src/live/recorder.ts';
import { saveSessions } from '../../src/live/save-sessions.ts';
import { loadSession } from '../../src/session/load.ts';
import { workspace } from '../support/cli.ts';

interface Given {
  readonly method?: string;
  readonly path: string;
  readonly visitor?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly reply?: Buffer;
  readonly rawHeaders?: readonly string[];
}

function record(recorder: ReturnType<typeof createRecorder>, given: Given): void {
  const {
    method = 'GET',
    path,
    visitor = 1,
    headers = {},
    body = '',
    reply = Buffer.from('ok'),
    rawHeaders = ['Content-Type', 'text/plain'],
  } = given;
  const watcher = recorder.watch({ method, path, headers: { host: 'localhost:5000', ...headers } }, visitor);
  if (body !== '') watcher?.sent(Buffer.from(body));
  watcher?.began(200, rawHeaders);
  for (let at = 0; at < reply.length; at += 65_536) watcher?.received(reply.subarray(at, at + 65_536));
  watcher?.ended({ status: 200, whole: true });
}

const OPTIONS = { origin: 'http://127.0.0.1:5000', tool: 'share-nothing 1.2.3', now: new Date('2026-01-02T03:04:05Z') };

describe('what visitors have asked for', () => {
  it('becomes a session for each of them, with the values that the app issued as variables', async () => {
    await using folder = await workspace();
    const recorder = createRecorder();
    const token = 'b2f1c0de4a5e4f7c9d8e7f6a5b4c3d2e';
    const page = gzipSync(`<form action="/orders"><input name="csrf" value="${token}"></form>`);
    record(recorder, {
      path: '/form',
      reply: page,
      rawHeaders: ['Content-Type', 'text/html', 'Content-Encoding', 'gzip'],
      headers: { cookie: 'sid=1' },
    });
    record(recorder, {
      method: 'POST',
      path: '/orders',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `csrf=${token}&item=book`,
    });
    record(recorder, { path: '/other', visitor: 2 });
    const saved = saveSessions(recorder.recordings(), { folder: folder.path, ...OPTIONS });
    expect(saved.map(({ file, requests }) => [file, requests])).toEqual([
      [join(folder.path, '2026-01-02-03-04-05-visitor-1.har'), 2],
      [join(folder.path, '2026-01-02-03-04-05-visitor-2.har'), 1],
    ]);
    const session = await loadSession(saved[0]?.file ?? '', { variables: {}, httpEnv: null, origins: [] });
    expect(session.steps.map(({ method }) => method)).toEqual(['GET', 'POST']);
    expect(session.steps[0]?.captures).toHaveLength(1);
    expect(JSON.stringify(session.steps[1])).not.toContain(token);
    expect(JSON.stringify(session)).not.toContain('sid=1');
  });

  it('is refused if there is nothing', () => {
    expect(() => saveSessions([], { folder: '/nowhere', ...OPTIONS })).toThrow('nobody has asked for anything');
  });

  it('is kept in bounded memory; a request whose body is too long is not kept at all', () => {
    const recorder = createRecorder();
    for (let count = 0; count < 400; count++) record(recorder, { path: `/${count}`, reply: Buffer.alloc(200_000) });
    const kept = recorder.recordings();
    expect(kept.reduce((sum, { reply }) => sum + reply.length, 0)).toBeLessThanOrEqual(32 * 1024 * 1024);
    expect(kept.at(-1)?.request.path).toBe('/399');
    record(recorder, { method: 'POST', path: '/long', body: 'x'.repeat(600_000) });
    record(recorder, { path: '/long-reply', reply: Buffer.alloc(600_000) });
    expect(
      recorder
        .recordings()
        .slice(-2)
        .map(({ request: { path }, reply }) => [path, reply.length]),
    ).toEqual([
      ['/399', 200_000],
      ['/long-reply', 0],
    ]);
    for (let count = 0; count < 20_000; count++) record(recorder, { path: '/' });
    expect(recorder.recordings().length).toBeLessThanOrEqual(5_000);
  });
});

describe('log files', () => {
  it('are put aside when they have grown, once', async () => {
    await using folder = await workspace();
    using logs = openLogFiles(folder.path);
    const line = 'x'.repeat(100_000);
    for (let count = 0; count < 250; count++) logs.write('web.1', line);
    logs.write('web.2', 'one');
    logs[Symbol.dispose]();
    expect(readdirSync(folder.path).sort()).toEqual(['web.1.1.log', 'web.1.log', 'web.2.log']);
    expect(statSync(join(folder.path, 'web.1.1.log')).size).toBeLessThan(12 * 1024 * 1024);
    expect(readFileSync(join(folder.path, 'web.2.log'), 'utf8')).toBe('one\n');
  });
});

describe('what has happened', () => {
  it('is remembered in bounds, of each kind the last', () => {
    const feed = createFeed();
    feed.tell({ kind: 'note', text: 'first' });
    for (let count = 0; count < 5_000; count++) feed.tell({ kind: 'line', by: 'web.1', text: String(count) });
    const history = feed.history();
    expect(history).toHaveLength(1_001);
    expect(history.filter(({ kind }) => kind === 'note')).toHaveLength(1);
    expect(history.at(-1)).toMatchObject({ kind: 'line', text: '4999' });
  });
});
