import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { app, deadOrigin, rawConnection, received, routerTo, sendRaw, tcpApp, text } from './support.ts';

const UPGRADE = 'GET /ws HTTP/1.1\r\nHost: a\r\nX-OdD: 1\r\nConnection: keep-alive, Upgrade\r\nUpgrade: raw\r\n\r\n';

test('a WebSocket echoes through, small and large messages', async () => {
  const { origin, server } = await app((_, reply) => reply.end());
  const sockets = new WebSocketServer({ server, path: '/chat', handleProtocols: () => 'v2' });
  sockets.on('connection', (socket) => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })));
  const router = await routerTo(origin);
  const client = new WebSocket(`${router.origin.replace('http', 'ws')}/chat`, 'v2');
  await once(client, 'open');
  expect(client.protocol).toBe('v2');
  client.send('hello');
  expect(String((await once(client, 'message'))[0])).toBe('hello');
  const large = Buffer.alloc(20_000_000, 'abc');
  client.send(large);
  const [echo] = (await once(client, 'message')) as [Buffer];
  expect(createHash('sha256').update(echo).digest('hex')).toBe(createHash('sha256').update(large).digest('hex'));
  client.close(4001, 'done');
  expect((await once(client, 'close'))[0]).toBe(4001);
});

test('bytes sent together with the upgrade, by either side, arrive', async () => {
  let request = '';
  const { origin } = await tcpApp((socket) => {
    socket.on('data', (chunk) => {
      if (request === '')
        socket.write('HTTP/1.1 101 Sure\r\nuPgRaDe: raw\r\nConnection: Upgrade\r\nX-Share-Nothing-Outcome: lost\r\n\r\nearly');
      request += chunk.toString('latin1');
      if (request.endsWith('!')) socket.end('bye');
    });
  });
  const router = await routerTo(origin);
  expect(await sendRaw(router.origin, `${UPGRADE}eager!`)).toBe(
    'HTTP/1.1 101 Sure\r\nuPgRaDe: raw\r\nConnection: Upgrade\r\n\r\nearlybye',
  );
  expect(request).toContain('X-OdD: 1\r\n');
  expect(request).toMatch(/Connection: Upgrade\r\nUpgrade: raw\r\n|Upgrade: raw\r\nConnection: Upgrade\r\n/);
  expect(request.endsWith('\r\n\r\neager!')).toBe(true);
});

test('an app that does not agree is heard in full, and the connection is closed', async () => {
  const body = 'x'.repeat(3_000_000);
  const { origin, server } = await app(() => {});
  server.on('upgrade', (_, socket) =>
    socket.end(`HTTP/1.1 403 No\r\nX-Why: because\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
  );
  const router = await routerTo(origin);
  const reply = await sendRaw(router.origin, UPGRADE);
  expect(reply.slice(0, 60)).toMatch(/^HTTP\/1\.1 403 No\r\nX-Why: because\r\n/);
  expect(reply.length).toBeGreaterThan(body.length);
  expect(reply.endsWith('xxx')).toBe(true);
});

test('an app without upgrades answers as it would have', async () => {
  const { origin } = await app((incoming, reply) => reply.writeHead(426).end(`no ${incoming.url}`));
  const router = await routerTo(origin);
  expect(await sendRaw(router.origin, UPGRADE)).toMatch(/^HTTP\/1\.1 426 [\s\S]*no \/ws/);
});

test('refused and lost upgrades are told apart', async () => {
  const refused = await sendRaw((await routerTo(await deadOrigin())).origin, UPGRADE);
  expect(refused).toMatch(/^HTTP\/1\.1 502 [\s\S]*x-share-nothing-outcome: refused/);
  const { origin } = await tcpApp((socket) => socket.once('data', () => socket.end()));
  expect(await sendRaw((await routerTo(origin)).origin, UPGRADE)).toMatch(/^HTTP\/1\.1 502 [\s\S]*x-share-nothing-outcome: lost/);
});

test('when either side goes, so does the other', async () => {
  let tellGone: () => void = () => {};
  const gone = new Promise<void>((resolve) => (tellGone = resolve));
  const { origin, server } = await app(() => {});
  server.on('upgrade', (incoming, socket) => {
    socket.write('HTTP/1.1 101 Up\r\nUpgrade: raw\r\nConnection: Upgrade\r\n\r\n');
    socket
      .on('error', () => {})
      .on('end', () => socket.end())
      .on('close', tellGone)
      .resume();
    if (incoming.headers['x-odd'] === '2') socket.on('data', () => socket.destroy());
  });
  const router = await routerTo(origin);
  const leaver = rawConnection(router.origin);
  leaver.write(UPGRADE);
  await received(leaver, '\r\n\r\n');
  leaver.destroy();
  await gone;
  const left = rawConnection(router.origin);
  left.write(UPGRADE.replace('X-OdD: 1', 'X-OdD: 2'));
  await received(left, '\r\n\r\n');
  left.write('go');
  await once(left, 'close');
});

test('an offer of HTTP/2 in clear text is answered over HTTP/1.1, with its body', async () => {
  const { origin } = await app(async (incoming, reply) => {
    reply.end(`${incoming.method} ${incoming.headers.upgrade} ${incoming.headers['http2-settings']} ${await text(incoming)}`);
  });
  const router = await routerTo(origin);
  const head = 'POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n';
  const socket = rawConnection(router.origin);
  socket.write(`${head}Content-Length: 300001\r\n\r\nfirst`);
  socket.write('x'.repeat(299_995));
  socket.write('!');
  const reply = await received(socket, '!');
  expect(reply).toContain(`POST undefined undefined firstxxx`);
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  expect(await received(socket, 'GET')).toContain('GET undefined');
});

test('an upgrade does not take a pooled connection', async () => {
  const ports = new Set<number | undefined>();
  const server = createServer((incoming, reply) => {
    ports.add(incoming.socket.remotePort);
    reply.end();
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (_, incoming) => ports.add(incoming.socket.remotePort));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const router = await routerTo(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, { freshConnections: false });
  await sendRaw(router.origin, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  const client = new WebSocket(router.origin);
  await once(client, 'open');
  expect(ports.size).toBe(2);
  client.terminate();
  server.close();
  server.closeAllConnections();
});
