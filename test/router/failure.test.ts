import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { startRouter } from '../../src/router/router.ts';
import { app, deadOrigin, rawConnection, received, routerTo, send, sendRaw, tcpApp, text } from './support.ts';

const OUTCOME = 'x-share-nothing-outcome';

test('a process that declines the connection: refused', async () => {
  for (const freshConnections of [true, false]) {
    const router = await routerTo(await deadOrigin(), { freshConnections });
    const reply = await send(router.origin, '/');
    expect([reply.status, reply.headers[OUTCOME]]).toEqual([502, 'refused']);
  }
});

test('nobody there: 503, refused, and a null decision', async () => {
  const targets: (string | null)[] = [];
  await using router = await startRouter({
    policy: () => null,
    freshConnections: true,
    onDecision: (decision) => targets.push(decision.target),
  });
  const reply = await send(router.origin, '/', { method: 'POST', headers: ['Content-Length', '3'], body: 'abc' });
  expect([reply.status, reply.headers[OUTCOME]]).toEqual([503, 'refused']);
  const upgrade = await sendRaw(router.origin, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  expect(upgrade).toMatch(/^HTTP\/1\.1 503 [\s\S]*x-share-nothing-outcome: refused/);
  expect(targets).toEqual([null, null]);
});

test.each([
  ['ends', (socket: Socket) => socket.end()],
  ['resets', (socket: Socket) => socket.resetAndDestroy()],
  ['stops within the header section', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nX-Half')],
  ['talks gibberish', (socket: Socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')],
  ['sends two lengths', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab')],
  ['sends a length that is no number', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nab')],
  ['sends headers without end', (socket: Socket) => socket.end(`HTTP/1.1 200 OK\r\nX-Big: ${'x'.repeat(100_000)}\r\n\r\n`)],
  ['sends a bare null in a field', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nX-Nul: \0\r\nContent-Length: 0\r\n\r\n')],
  ['upgrades unasked', (socket: Socket) => socket.write('HTTP/1.1 101 Up\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n')],
])('an app that %s before its reply is known: lost', async (_, misbehave) => {
  const { origin } = await tcpApp((socket) => socket.once('data', () => misbehave(socket)));
  for (const freshConnections of [true, false]) {
    const router = await routerTo(origin, { freshConnections });
    const reply = await send(router.origin, '/');
    expect([reply.status, reply.headers[OUTCOME]]).toEqual([502, 'lost']);
  }
});

test('a lost request is sent once only', async () => {
  let requests = 0;
  const { origin } = await tcpApp((socket) => {
    socket.on('data', (chunk) => {
      if (!chunk.includes('HTTP/1.1')) return;
      requests += 1;
      if (requests === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      else socket.destroy();
    });
  });
  const router = await routerTo(origin, { freshConnections: false });
  expect((await send(router.origin, '/')).body).toBe('ok');
  expect((await send(router.origin, '/')).status).toBe(502);
  expect(requests).toBe(2);
});

test.each([
  ['a length it does not reach', 'Content-Length: 10\r\n\r\nfour', (socket: Socket) => socket.end()],
  ['chunks without an end', 'Transfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n', (socket: Socket) => socket.end()],
  ['chunks, then a reset', 'Transfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n', (socket: Socket) => socket.resetAndDestroy()],
  ['a malformed chunk', 'Transfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n', (socket: Socket) => socket.end('zz\r\n')],
  ['neither length nor chunks, then a reset', '\r\nfour', (socket: Socket) => socket.resetAndDestroy()],
])('a reply with %s is seen to be broken, after what did arrive', async (_, head, end) => {
  const { origin } = await tcpApp((socket) => {
    socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\n${head}`));
    proceed = () => end(socket);
  });
  let proceed: () => void = () => {};
  const router = await routerTo(origin);
  const outgoing = request(router.origin).end();
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  expect(String((await once(incoming, 'data'))[0])).toBe('four');
  const broken = text(incoming);
  proceed();
  await expect(broken).rejects.toThrow('aborted');
});

test('a broken reply is seen as such by an HTTP/1.0 client too', async () => {
  const { origin } = await tcpApp((socket) => {
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n'));
    proceed = () => socket.resetAndDestroy();
  });
  let proceed: () => void = () => {};
  const router = await routerTo(origin);
  const client = rawConnection(router.origin);
  client.write('GET / HTTP/1.0\r\n\r\n');
  await received(client, 'four');
  const broken = once(client, 'end');
  proceed();
  await expect(broken).rejects.toThrow('ECONNRESET');
});

test('bytes after the reply do no harm', async () => {
  const { origin } = await tcpApp((socket) => {
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more'));
  });
  for (const freshConnections of [true, false]) {
    const router = await routerTo(origin, { freshConnections });
    for (let count = 0; count < 3; count++) expect((await send(router.origin, '/')).body).toBe('ok');
    expect((await send(router.origin, '/', { method: 'HEAD' })).status).toBe(200);
  }
});

test('a slow client and an app that closes or resets under it do no harm', async () => {
  let app: Socket | undefined;
  const { origin } = await tcpApp((socket) => {
    app = socket;
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n'));
  });
  const router = await routerTo(origin);
  for (const end of ['end', 'resetAndDestroy'] as const) {
    const client = rawConnection(router.origin).on('error', () => {});
    client.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await once(client, 'readable');
    app?.write(Buffer.alloc(20_000_000));
    app?.[end]();
    const ended = new Promise((resolve) => client.on('close', resolve));
    client.resume();
    await ended;
  }
  expect((await sendRaw(router.origin, 'nonsense\r\n\r\n')).startsWith('HTTP/1.1 400')).toBe(true);
});

test('an app killed while a body is on its way to it: lost', async () => {
  const { origin } = await tcpApp((socket) => socket.once('data', () => socket.resetAndDestroy()));
  const router = await routerTo(origin);
  const outgoing = request(router.origin, { method: 'POST' }).on('error', () => {});
  outgoing.write(Buffer.alloc(1_000_000));
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  expect([incoming.statusCode, incoming.headers[OUTCOME]]).toEqual([502, 'lost']);
  outgoing.destroy();
});

test('an outcome claimed by an app is stripped, also from trailers', async () => {
  const { origin } = await app((_, reply) => {
    reply.writeHead(200, { 'X-Share-Nothing-Outcome': 'lost', Trailer: 'X-Share-Nothing-Outcome' });
    reply.write('x');
    reply.addTrailers({ 'X-Share-Nothing-Outcome': 'lost' });
    reply.end();
  });
  const router = await routerTo(origin);
  const reply = await send(router.origin, '/');
  expect(reply.headers[OUTCOME]).toBeUndefined();
  expect(reply.trailers[OUTCOME]).toBeUndefined();
});
