import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Up, up } from './support.ts';

/** Ends at once when asked to, as most apps do that have not thought of it. */
const APP = `
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
const server = createServer((request, response) => {
  const ms = Number(new URL(request.url, 'http://x').searchParams.get('ms') ?? 0);
  setTimeout(() => response.end(process.pid + ' ' + request.url), ms);
}).listen(process.env.PORT, '127.0.0.1');
new WebSocketServer({ server }).on('connection', (socket) => socket.on('message', (data) => socket.send(String(data))));
`;
const originOf = (app: Up) => /router +\| (http:\S+)/.exec(app.text())?.[1] ?? '';
const start = (...flags: string[]) =>
  up({
    cwd: process.cwd(),
    flags: ['--no-mirror', '--no-logs', ...flags],
    command: [process.execPath, '--input-type=module', '-e', APP],
  });

/** Visitors who ask again as soon as they are answered, until it is said that they are to end. */
function visitors(app: Up, count: number): { end: () => Promise<number[]> } {
  const statuses: number[] = [];
  let isOver = false;
  const all = Array.from({ length: count }, async () => {
    while (!isOver) statuses.push((await app.get('/?ms=20')).status);
  });
  return {
    async end() {
      isOver = true;
      await Promise.all(all);
      return statuses;
    },
  };
}

describe('under load', () => {
  it('no request is lost while processes are replaced a hundred times', async () => {
    await using app = await start('--restart-every', '100ms');
    const load = visitors(app, 8);
    while ((app.text().match(/replaced \(deploy\)/g)?.length ?? 0) < 100)
      await app.said(new RegExp(`^(?!x)[\\s\\S]{${app.text().length + 1}}`));
    const statuses = await load.end();
    expect(statuses.length).toBeGreaterThan(1_000);
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  it('a crash loses at most what the process was answering', async () => {
    await using app = await start('--policy', 'round-robin', '--restart-every', '1s', '--restart-mode', 'crash');
    const load = visitors(app, 8);
    await app.said(/(?:killed, as in a crash[\s\S]*?started with[\s\S]*?){4}/);
    const statuses = await load.end();
    const lost = statuses.filter((status) => status !== 200);
    const crashes = app.text().match(/killed, as in a crash/g)?.length ?? 0;
    expect(lost.length).toBeLessThanOrEqual(8 * crashes);
    expect(new Set(lost)).toEqual(new Set(lost.length === 0 ? [] : [502]));
    expect(statuses.length).toBeGreaterThan(200);
  });

  it('a thousand WebSockets stay open, and are counted', async () => {
    await using app = await start('--policy', 'round-robin');
    const url = originOf(app).replace('http', 'ws');
    const sockets = Array.from({ length: 1_000 }, () => new WebSocket(url));
    await Promise.all(sockets.map((socket) => once(socket, 'open')));
    const echoes = sockets.map((socket) => once(socket, 'message'));
    for (const [index, socket] of sockets.entries()) socket.send(String(index));
    const texts = (await Promise.all(echoes)).map(([data]) => String(data));
    expect(texts).toEqual(sockets.map((_, index) => String(index)));
    expect((await app.get('/')).status).toBe(200);
    for (const socket of sockets) socket.terminate();
  });
});
