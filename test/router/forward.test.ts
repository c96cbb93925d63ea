import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { app, deadOrigin, rawConnection, received, routerTo, send, sendRaw, tcpApp, text, valuesOf } from './support.ts';

test('method, path, body and reply pass unchanged', async () => {
  const { origin } = await app(async (incoming, reply) => {
    reply.writeHead(201, 'Made', { 'X-App': 'yes' });
    reply.end(`${incoming.method} ${incoming.url} ${await text(incoming)}`);
  });
  const router = await routerTo(origin);
  const reply = await send(router.origin, '/things?x=1', { method: 'POST', headers: ['Content-Length', '5'], body: 'hello' });
  expect(reply.status).toBe(201);
  expect(reply.headers['x-app']).toBe('yes');
  expect(reply.body).toBe('POST /things?x=1 hello');
});

test.each(['//a/../b', '/%2e%2e/%zz?q=a%20b&q=', '/a;b=c/./d', 'http://other.test/x', '/?', '/a|b{c}'])(
  'the path %s is kept verbatim',
  async (path) => {
    const { origin } = await app((incoming, reply) => reply.end(incoming.url, 'latin1'));
    const router = await routerTo(origin);
    const reply = await sendRaw(router.origin, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect(reply).toContain(`\r\n\r\n${path}`.replace('\r\n\r\n', reply.includes('chunked') ? '\r\n' : '\r\n\r\n'));
  },
);

test('OPTIONS * reaches the app', async () => {
  const { origin } = await app((incoming, reply) => reply.end(`${incoming.method} ${incoming.url}`));
  const router = await routerTo(origin);
  expect((await send(router.origin, '*', { method: 'OPTIONS' })).body).toBe('OPTIONS *');
});

test('the request arrives byte for byte, but for hop-by-hop and forwarded fields', async () => {
  let seen = '';
  const { origin } = await tcpApp((socket) => {
    socket.once('data', (chunk) => {
      seen = chunk.toString('latin1');
      socket.end('HTTP/1.1 204 No Content\r\n\r\n');
    });
  });
  const router = await routerTo(origin);
  await sendRaw(
    router.origin,
    'GET / HTTP/1.1\r\nhOsT: shop.test:99\r\nx-MiXed: 1\r\nX-Dup: a\r\nX-Dup: b\r\nConnection: close, X-Hop\r\nX-Hop: gone\r\n' +
      'Keep-Alive: 5\r\nProxy-Connection: x\r\nX-Forwarded-For: 10.1.2.3\r\nX-Latin: caf\xe9\r\n\r\n',
  );
  expect(seen.split('\r\n')).toEqual([
    'GET / HTTP/1.1',
    'hOsT: shop.test:99',
    'x-MiXed: 1',
    'X-Dup: a',
    'X-Dup: b',
    'X-Forwarded-For: 10.1.2.3',
    'X-Latin: caf\xe9',
    'X-Forwarded-Proto: http',
    'X-Forwarded-Host: shop.test:99',
    'X-Forwarded-Port: 99',
    'Connection: close',
    '',
    '',
  ]);
});

test('forwarded fields are added where the client sent none', async () => {
  const { origin } = await app((incoming, reply) => reply.end(JSON.stringify(incoming.headers)));
  const router = await routerTo(origin);
  const headers = JSON.parse((await send(router.origin, '/')).body);
  expect(headers).toMatchObject({
    host: 'app.test',
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-proto': 'http',
    'x-forwarded-host': 'app.test',
    'x-forwarded-port': String(router.port),
  });
});

test('the reply keeps header case, order and duplicates, and two Set-Cookie fields', async () => {
  const { origin } = await tcpApp((socket) => {
    socket.once('data', () =>
      socket.end(
        'HTTP/1.1 200 Fine Indeed\r\nsEt-CooKie: a=1\r\nX-Dup: 1\r\nsEt-CooKie: b=2\r\nX-Dup: 2\r\nConnection: close, X-Hop\r\n' +
          'X-Hop: gone\r\nX-Share-Nothing-Outcome: refused\r\nx-share-nothing-served-by: web.9\r\nContent-Length: 2\r\n\r\nok',
      ),
    );
  });
  const router = await routerTo(origin);
  const reply = await sendRaw(router.origin, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  expect(reply).toBe(
    'HTTP/1.1 200 Fine Indeed\r\nsEt-CooKie: a=1\r\nX-Dup: 1\r\nsEt-CooKie: b=2\r\nX-Dup: 2\r\nContent-Length: 2\r\n' +
      'Connection: close\r\n\r\nok',
  );
});

test('trailers pass in both directions', async () => {
  let sent: unknown;
  const { origin } = await app(async (incoming, reply) => {
    await text(incoming);
    sent = incoming.trailers;
    reply.writeHead(200, { Trailer: 'X-Sum' });
    reply.write('body');
    reply.addTrailers({ 'X-Sum': '42' });
    reply.end();
  });
  const router = await routerTo(origin);
  const outgoing = request(router.origin, { method: 'POST', headers: { Trailer: 'X-Req' } });
  outgoing.write('abc');
  outgoing.addTrailers({ 'X-Req': '7' });
  outgoing.end();
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  expect(await text(incoming)).toBe('body');
  expect(incoming.trailers).toEqual({ 'x-sum': '42' });
  expect(sent).toEqual({ 'x-req': '7' });
});

test('a Trailer field on a reply that cannot have trailers does no harm', async () => {
  const { origin } = await tcpApp((socket) => {
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nContent-Length: 2\r\n\r\nok'));
  });
  const router = await routerTo(origin);
  expect((await send(router.origin, '/')).body).toBe('ok');
  expect((await send(router.origin, '/', { method: 'HEAD' })).status).toBe(200);
});

test('103 early hints arrive before the reply, verbatim', async () => {
  const { origin } = await tcpApp((socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nX-Odd: 1\r\n\r\n');
    });
  });
  const router = await routerTo(origin);
  const socket = rawConnection(router.origin);
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  expect(await received(socket, '\r\n\r\n')).toBe('HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nX-Odd: 1\r\n\r\n');
});

test('100-continue is the answer of the app, and so is its refusal', async () => {
  const { origin, server } = await app((_, reply) => reply.end('unexpected'));
  server.on('checkContinue', async (incoming, reply) => {
    if (incoming.url === '/no') return reply.writeHead(417).end();
    reply.writeContinue();
    reply.end(await text(incoming));
  });
  const router = await routerTo(origin);
  const ask = (path: string) => {
    const headers = { Expect: '100-continue', 'Content-Length': 5 };
    const outgoing = request(router.origin + path, { method: 'PUT', headers });
    outgoing.flushHeaders();
    return outgoing;
  };
  const willing = ask('/yes');
  await once(willing, 'continue');
  willing.end('hello');
  const [incoming] = (await once(willing, 'response')) as [IncomingMessage];
  expect(await text(incoming)).toBe('hello');
  const unwilling = ask('/no').on('continue', () => expect.fail('no 100 was sent'));
  const [refusal] = (await once(unwilling, 'response')) as [IncomingMessage];
  expect(refusal.statusCode).toBe(417);
  unwilling.destroy();
});

test('a chunked request is streamed: the app answers its first chunk before the second is sent', async () => {
  const { origin } = await app((incoming, reply) => {
    incoming.on('data', (chunk) => reply.write(`<${chunk}>`)).on('end', () => reply.end());
  });
  const router = await routerTo(origin);
  const outgoing = request(router.origin, { method: 'POST' });
  outgoing.write('one');
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  const [first] = (await once(incoming, 'data')) as [Buffer];
  expect(String(first)).toBe('<one>');
  outgoing.end('two');
  expect(await text(incoming)).toBe('<two>');
});

test('the first event of an event stream arrives while the stream is open, and its header section before any event', async () => {
  const { origin } = await app((incoming, reply) => {
    reply.writeHead(200, { 'Content-Type': 'text/event-stream' });
    if (incoming.url === '/silent') reply.flushHeaders();
    else reply.write('data: 1\n\n');
  });
  const router = await routerTo(origin);
  const outgoing = request(`${router.origin}/events`).end();
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  expect(String((await once(incoming, 'data'))[0])).toBe('data: 1\n\n');
  outgoing.destroy();
  const silent = request(`${router.origin}/silent`).end();
  expect(((await once(silent, 'response')) as [IncomingMessage])[0].statusCode).toBe(200);
  silent.destroy();
});

test.each([
  ['HEAD', 200],
  ['GET', 204],
  ['GET', 304],
])('%s with %i has no body, and the connection stays usable', async (method, status) => {
  const { origin } = await app((incoming, reply) => {
    if (incoming.url === '/next') return reply.end('next');
    reply.writeHead(status, status === 204 ? {} : { 'Content-Length': '12', ETag: '"x"' }).end();
  });
  const router = await routerTo(origin);
  const requests = `${method} / HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;
  const seen = await sendRaw(router.origin, requests);
  const [first = '', second = ''] = seen.split(/(?<=\r\n\r\n)(?=HTTP\/1\.1)/);
  expect(first.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
  expect(first.includes('Content-Length: 12')).toBe(status !== 204);
  expect(first).not.toMatch(/transfer-encoding/i);
  expect(second).toMatch(/next/);
});

test('an app that answers before it has read the body is heard', async () => {
  const { origin } = await app((incoming, reply) => {
    incoming.pause();
    reply.writeHead(413, { Connection: 'close' }).end('too large');
  });
  const router = await routerTo(origin);
  const outgoing = request(router.origin, { method: 'POST' }).on('error', () => {});
  outgoing.write(Buffer.alloc(1_000_000));
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  expect(incoming.statusCode).toBe(413);
  expect(await text(incoming)).toBe('too large');
});

test('50 MB pass each way, unchanged', async () => {
  const chunk = Buffer.from(Array.from({ length: 262_144 }, (_, index) => (index * 31) % 251));
  const chunks = 200;
  const { origin } = await app((incoming, reply) => incoming.pipe(reply));
  const router = await routerTo(origin);
  const outgoing = request(router.origin, { method: 'POST' });
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
  const fill = async () => {
    for (let sent = 0; sent < chunks; sent++) if (!outgoing.write(chunk)) await once(outgoing, 'drain');
    outgoing.end();
  };
  const filled = fill();
  const [incoming] = await answered;
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const part of incoming) {
    hash.update(part);
    bytes += part.length;
  }
  await filled;
  const expected = createHash('sha256');
  for (let sent = 0; sent < chunks; sent++) expected.update(chunk);
  expect(bytes).toBe(chunks * chunk.length);
  expect(hash.digest('hex')).toBe(expected.digest('hex'));
});

test('a client that stops reading stops the app: nothing piles up in between', async () => {
  let filling: Filling | undefined;
  const { origin } = await app((_, reply) => (filling = fillUp(reply)));
  const router = await routerTo(origin);
  const socket = rawConnection(router.origin);
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await once(socket, 'readable');
  expect(await settled(filling)).toBeLessThan(50_000_000);
});

test('an app that stops reading stops the client', async () => {
  const { origin } = await app((incoming) => incoming.pause());
  const router = await routerTo(origin);
  const outgoing = request(router.origin, { method: 'POST' }).on('error', () => {});
  expect(await settled(fillUp(outgoing))).toBeLessThan(50_000_000);
  outgoing.destroy();
});

test('a client that goes away takes its upstream request with it', async () => {
  const { origin, server } = await app(() => {});
  const router = await routerTo(origin);
  for (const method of ['GET', 'POST']) {
    const outgoing = request(router.origin, { method }).on('error', () => {});
    if (method === 'POST') outgoing.write('partial');
    else outgoing.end();
    const [incoming] = (await once(server, 'request')) as [IncomingMessage];
    const gone = new Promise((resolve) => incoming.socket.on('close', resolve));
    outgoing.destroy();
    await gone;
    expect(incoming.destroyed).toBe(true);
  }
});

test('a fresh connection for every request, or pooled ones', async () => {
  const { origin } = await app((incoming, reply) => reply.end(`${incoming.socket.remotePort} ${incoming.headers.connection}`));
  for (const freshConnections of [true, false]) {
    const router = await routerTo(origin, { freshConnections });
    const seen: string[] = [];
    for (let count = 0; count < 4; count++) seen.push((await send(router.origin, '/')).body);
    expect(new Set(seen).size).toBe(freshConnections ? 4 : 1);
    expect(seen[0]).toMatch(freshConnections ? /close$/ : /keep-alive$/);
  }
});

test('an app on IPv6 is reached', async () => {
  const { origin } = await app((_, reply) => reply.end('six'), '::1');
  const router = await routerTo(origin);
  expect(origin).toContain('[::1]');
  expect((await send(router.origin, '/')).body).toBe('six');
});

test('an HTTP/1.0 client without Host is served', async () => {
  const { origin } = await app((incoming, reply) => {
    reply.write(incoming.headers.host ?? 'none');
    reply.end();
  });
  const router = await routerTo(origin);
  expect(await sendRaw(router.origin, 'GET / HTTP/1.0\r\n\r\n')).toMatch(new RegExp(`\r\n\r\n${origin.slice(7)}$`));
});

test('a request without a length gets one where a body could be expected', async () => {
  const { origin } = await app((incoming, reply) => reply.end(JSON.stringify(incoming.rawHeaders)));
  const router = await routerTo(origin);
  const reply = await sendRaw(router.origin, 'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  expect(reply).toContain('"Content-Length","0"');
  expect(reply).not.toContain('chunked"');
});

test('a GET and a DELETE may have a body', async () => {
  const { origin } = await app(async (incoming, reply) => reply.end(await text(incoming)));
  const router = await routerTo(origin);
  for (const method of ['GET', 'DELETE']) {
    expect((await send(router.origin, '/', { method, headers: ['Content-Length', '3'], body: 'abc' })).body).toBe('abc');
    expect((await send(router.origin, '/', { method, headers: ['Transfer-Encoding', 'chunked'], body: 'abc' })).body).toBe('abc');
  }
});

test('a tag names who answered, when asked for', async () => {
  const { origin } = await app((_, reply) => reply.end());
  const plain = await routerTo(origin);
  const tagged = await routerTo(origin, { tagReplies: true });
  expect((await send(plain.origin, '/')).headers['x-share-nothing-served-by']).toBeUndefined();
  expect((await send(tagged.origin, '/')).headers['x-share-nothing-served-by']).toBe('web.1');
  expect(valuesOf((await send(tagged.origin, '/')).rawHeaders, 'x-share-nothing-outcome')).toEqual([]);
  expect((await send((await routerTo(await deadOrigin())).origin, '/')).status).toBe(502);
});

interface Filling {
  written: number;
}

/** Writes 200 MB, as fast as the stream takes them. */
function fillUp(stream: Writable): Filling {
  const filling = { written: 0 };
  const chunk = Buffer.alloc(64 * 1024);
  const fill = () => {
    while (filling.written < 200_000_000 && stream.write(chunk)) filling.written += chunk.length;
  };
  stream.on('drain', fill);
  fill();
  return filling;
}

/** Bytes written once no more are taken: what the buffers between both ends hold. */
async function settled(filling: Filling | undefined): Promise<number> {
  let last = -1;
  while (last !== filling?.written) {
    last = filling?.written ?? 0;
    await pause(100);
  }
  return last;
}
