import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { UserError } from '../../src/errors.ts';
import { type Decision, startRouter } from '../../src/router/router.ts';
import { app, routerTo, send } from './support.ts';

test('every decision is told, before the app answers', async () => {
  const decisions: Decision[] = [];
  const { origin } = await app((_, reply) => reply.end(String(decisions.length)));
  const router = await routerTo(origin, { onDecision: (decision) => decisions.push(decision) });
  expect((await send(router.origin, '//x?y=%20')).body).toBe('1');
  expect((await send(router.origin, '/z', { method: 'DELETE' })).body).toBe('2');
  expect(decisions).toEqual([
    { method: 'GET', path: '//x?y=%20', target: 'web.1', at: expect.any(Number) },
    { method: 'DELETE', path: '/z', target: 'web.1', at: expect.any(Number) },
  ]);
});

test('setPolicy decides from the next request on', async () => {
  const { origin } = await app((_, reply) => reply.end());
  const router = await routerTo(origin);
  expect((await send(router.origin, '/')).status).toBe(200);
  router.setPolicy(() => null);
  expect((await send(router.origin, '/')).status).toBe(503);
});

test.each([true, false])('close ends open streams, uploads and WebSockets at once (fresh: %s)', async (freshConnections) => {
  const { origin, server } = await app((incoming, reply) => {
    if (incoming.url === '/events') reply.write('data: 1\n\n');
  });
  new WebSocketServer({ server });
  const router = await routerTo(origin, { freshConnections });
  const events = request(`${router.origin}/events`).end();
  const [stream] = (await once(events, 'response')) as [IncomingMessage];
  await once(stream, 'data');
  const upload = request(`${router.origin}/upload`, { method: 'POST' });
  upload.write('x');
  const [arrived] = (await once(server, 'request')) as [IncomingMessage];
  const socket = new WebSocket(router.origin);
  await once(socket, 'open');
  const endings = Promise.allSettled([
    new Promise((resolve) => stream.on('error', resolve)),
    new Promise((resolve) => upload.on('error', resolve)),
    new Promise((resolve) => arrived.socket.on('close', resolve)),
    once(socket, 'close'),
  ]);
  await router.close();
  await endings;
  await router.close();
  await expect(send(router.origin, '/')).rejects.toThrow('ECONNREFUSED');
  const connections = new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
  expect(await connections).toBe(0);
});

test('a port that is taken is the user’s to mend', async () => {
  const { origin } = await app((_, reply) => reply.end());
  const started = startRouter({ policy: () => null, freshConnections: true, port: Number(new URL(origin).port) });
  await expect(started).rejects.toThrow(UserError);
});

test('listens on loopback, IPv6 too when asked', async () => {
  await using plain = await startRouter({ policy: () => null, freshConnections: true });
  expect(plain.origin).toBe(`http://127.0.0.1:${plain.port}`);
  await using six = await startRouter({ policy: () => null, freshConnections: true, host: '::1' });
  expect(six.origin).toBe(`http://[::1]:${six.port}`);
  expect((await send(six.origin, '/')).status).toBe(503);
});
