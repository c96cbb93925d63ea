import { createHash } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { answered, play, serve, serveBytes } from './server.ts';

const GET = 'GET /';

describe('bodies', () => {
  it.each([
    ['gzip', gzipSync('héllo')],
    ['br', brotliCompressSync('héllo')],
    ['deflate', deflateSync('héllo')],
    ['deflate', deflateRawSync('héllo')],
    ['identity', Buffer.from('héllo')],
  ])('are decoded: %s', async (encoding, bytes) => {
    const origin = await serve((_, reply) =>
      reply.setHeader('Content-Encoding', encoding).setHeader('Content-Type', 'text/plain').end(bytes),
    );
    const { body } = answered((await play(GET, origin).send(0)).reply);
    expect(body).toEqual({
      text: 'héllo',
      bytes: 6,
      digest: createHash('sha256').update('héllo').digest('hex'),
      binary: false,
      state: 'whole',
    });
  });

  it('with a broken encoding keep what could be decoded', async () => {
    const bytes = gzipSync('a'.repeat(1000) + Array.from({ length: 3000 }, (_, i) => i).join());
    const origin = await serve((_, reply) =>
      reply
        .setHeader('Content-Encoding', 'gzip')
        .setHeader('Content-Type', 'text/plain')
        .end(bytes.subarray(0, bytes.length / 2)),
    );
    const { body } = answered((await play(GET, origin).send(0)).reply);
    expect(body.state).toBe('broken');
    expect(body.text.startsWith('aaa')).toBe(true);
    const garbage = await serve((_, reply) => reply.setHeader('Content-Encoding', 'gzip').end('not gzip'));
    expect(answered((await play(GET, garbage).send(0)).reply).body).toMatchObject({ state: 'broken', bytes: 0 });
  });

  it('shorter than their length, or broken off between chunks, are broken', async () => {
    const short = await serveBytes('HTTP/1.1 200 OK\r\nContent-Length: 100\r\nContent-Type: text/plain\r\n\r\nhello');
    expect(answered((await play(GET, short).send(0)).reply).body).toMatchObject({ state: 'broken', text: 'hello' });
    const chunked = await serveBytes(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/plain\r\n\r\n5\r\nhello\r\n',
    );
    expect(answered((await play(GET, chunked).send(0)).reply).body).toMatchObject({ state: 'broken', text: 'hello' });
  });

  it('are text by type or by looks', async () => {
    const origin = await serve((request, reply) => {
      if (request.url === '/latin')
        reply.setHeader('Content-Type', 'text/plain; charset=iso-8859-1').end(Buffer.from('caf\xe9', 'latin1'));
      else if (request.url === '/bad') reply.setHeader('Content-Type', 'text/plain').end(Buffer.from([0x61, 0xff, 0x62]));
      else if (request.url === '/png') reply.setHeader('Content-Type', 'image/png').end(Buffer.from([0x89, 0x50, 0, 1]));
      else if (request.url === '/none') reply.end('plain é');
      else reply.setHeader('Content-Type', 'text/plain; charset=nonsense').end('x');
    });
    const playing = play('GET /latin\n###\nGET /bad\n###\nGET /png\n###\nGET /none\n###\nGET /odd', origin);
    const bodies = [];
    for (const index of [0, 1, 2, 3, 4]) bodies.push(answered((await playing.send(index)).reply).body);
    expect(bodies.map(({ text, binary }) => [text, binary])).toEqual([
      ['café', false],
      ['a\ufffdb', false],
      ['', true],
      ['plain é', false],
      ['x', false],
    ]);
    expect(bodies[2]?.bytes).toBe(4);
  });

  it('of 100 MB are cut, their text kept to its bound, and memory is left alone', async () => {
    const piece = Buffer.alloc(1024 * 1024, 'x');
    const origin = await serve((_, reply) => {
      reply.setHeader('Content-Type', 'text/plain');
      let sent = 0;
      const more = (): void => {
        while (sent < 100 && !reply.destroyed) {
          sent++;
          if (!reply.write(piece)) return void reply.once('drain', more);
        }
        reply.end();
      };
      more();
    });
    const { body } = answered((await play(GET, origin).send(0)).reply);
    expect(body).toMatchObject({ state: 'cut', bytes: 64 * 1024 * 1024 });
    expect(body.text).toHaveLength(1024 * 1024);
    const small = answered((await play(GET, origin, { maxReplyBytes: 10, maxBodyBytes: 4 }).send(0)).reply);
    expect(small.body).toMatchObject({ text: 'xxxx', bytes: 10, state: 'cut' });
  });

  it('that blow up when decoded are cut', async () => {
    const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024));
    const origin = await serve((_, reply) => reply.setHeader('Content-Encoding', 'gzip').end(bomb));
    expect(answered((await play(GET, origin, { maxReplyBytes: 1024 * 1024 }).send(0)).reply).body).toMatchObject({
      state: 'cut',
      bytes: 1024 * 1024,
    });
  });

  it('without end are cut at the deadline, event streams after their window', async () => {
    const origin = await serve((request, reply) => {
      reply.setHeader('Content-Type', request.url === '/events' ? 'text/event-stream' : 'text/plain');
      reply.write(request.url === '/events' ? 'data: 1\n\ndata: 2\n\ndata: 3' : 'still');
    });
    const playing = play('GET /\n###\nGET /events', origin, { stepTimeoutMs: 300, streamWindowMs: 100 });
    expect(answered((await playing.send(0)).reply).body).toMatchObject({ text: 'still', state: 'cut' });
    const events = answered((await playing.send(1, { stepTimeoutMs: 10_000 })).reply);
    expect(events.body).toMatchObject({ text: 'data: 1\n\ndata: 2\n\n', state: 'cut' });
    expect(events.ms).toBeLessThan(2000);
  });
});

describe('outcomes', () => {
  it('are lost when no answer comes, and the next step is sent all the same', async () => {
    const origin = await serve((request, reply) => {
      if (request.url !== '/never') reply.end('ok');
    });
    const playing = play('GET /never\n###\nGET /', origin);
    expect((await playing.send(0, { stepTimeoutMs: 100 })).reply).toMatchObject({
      outcome: 'lost',
      reason: 'nothing came within 0.1 s',
    });
    expect(answered((await playing.send(1)).reply).body.text).toBe('ok');
  });

  it('are refused when nobody listens, lost when the connection breaks', async () => {
    expect((await play(GET, 'http://127.0.0.1:9').send(0)).reply.outcome).toBe('refused');
    expect((await play(GET, await serveBytes('')).send(0)).reply.outcome).toBe('lost');
    expect((await play(GET, await serveBytes('garbage\r\n\r\n')).send(0)).reply.outcome).toBe('lost');
  });

  it('are what the router says', async () => {
    const origin = await serve((request, reply) =>
      reply.writeHead(502, { 'x-share-nothing-outcome': request.url === '/r' ? 'refused' : 'lost' }).end('why\n'),
    );
    const playing = play('GET /r\n###\nGET /l', origin);
    expect((await playing.send(0)).reply).toMatchObject({ outcome: 'refused', reason: 'why' });
    expect((await playing.send(1)).reply).toMatchObject({ outcome: 'lost', reason: 'why' });
  });

  it('are lost when the play is interrupted', async () => {
    const origin = await serve(() => controller.abort());
    const controller = new AbortController();
    const playing = play(GET, origin, { signal: controller.signal });
    expect((await playing.send(0)).reply).toMatchObject({ outcome: 'lost', reason: 'interrupted' });
    expect((await playing.send(0)).reply).toMatchObject({ outcome: 'lost', reason: 'interrupted' });
  });

  it('keep header fields in order, in lower case, repeated ones apart', async () => {
    const origin = await serve((_, reply) =>
      reply
        .writeHead(
          200,
          [
            ['X-B', '1'],
            ['Set-Cookie', 'a=1'],
            ['Set-Cookie', 'b=2'],
          ].flat(),
        )
        .end(),
    );
    const { headers } = answered((await play(GET, origin).send(0)).reply);
    expect(headers.slice(0, 3)).toEqual([
      ['x-b', '1'],
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ]);
  });
});
