import { describe, expect, it } from 'vitest';
import type { Headers, Reply } from '../../src/model/observation.ts';
import { type Session, templateText } from '../../src/model/session.ts';
import { unrollRedirects } from '../../src/session/growth/unroll.ts';
import { answered, play, playAll, serve, session } from './server.ts';

function redirect(status: number, location: string, headers: Headers = []): Reply {
  const body = { text: '', bytes: 0, digest: '', binary: false, state: 'whole' } as const;
  return { outcome: 'answered', status, headers: [['location', location], ...headers], body, ms: 1, tries: 1 };
}

function outline(of: Session | null): unknown {
  return of?.steps.map(({ method, target, follows }) => [`${method} ${templateText(target)}`, follows]);
}

describe('unrolling', () => {
  it('gives each followed redirect a step after it', () => {
    const before = session('POST /a\nContent-Type: text/plain\n\nx\n###\nPUT /b\n\ny\n###\nGET /c');
    const after = unrollRedirects(before, [
      redirect(302, '/a2?x=1'),
      redirect(307, 'http://localhost:3000/b2'),
      redirect(200, '/no'),
    ]);
    expect(outline(after)).toEqual([
      ['POST /a', null],
      ['GET /a2?x=1', 0],
      ['PUT /b', null],
      ['PUT /b2', 2],
      ['GET /c', null],
    ]);
    expect(after?.steps[1]).toMatchObject({ body: null, headers: [] });
    expect(after?.steps[3]?.body).not.toBeNull();
    expect(
      unrollRedirects(after as Session, [
        redirect(302, '/a2'),
        redirect(200, ''),
        redirect(307, '/b2'),
        redirect(200, ''),
        redirect(200, ''),
      ]),
    ).toBeNull();
  });

  it('leaves other sites, and steps that do not follow, alone', () => {
    expect(unrollRedirects(session('GET /a'), [redirect(302, 'https://accounts.example.com/auth')])).toBeNull();
    expect(unrollRedirects(session('# @no-redirect\nGET /a'), [redirect(302, '/b')])).toBeNull();
    expect(unrollRedirects(session('GET /a'), [redirect(302, 'mailto:x@example.com')])).toBeNull();
    expect(
      outline(unrollRedirects(session('GET /a'), [redirect(302, 'https://shop.example.com/b')], { hosts: ['shop.example.com'] })),
    ).toEqual([
      ['GET /a', null],
      ['GET /b', 0],
    ]);
  });

  it('stops after ten hops', () => {
    let current = session('GET /0');
    for (let rounds = 0; ; rounds++) {
      const next = unrollRedirects(
        current,
        current.steps.map(() => redirect(302, '/again')),
      );
      if (next === null) break;
      expect(rounds).toBeLessThan(20);
      current = next;
    }
    expect(current.steps).toHaveLength(11);
  });

  it('moves what the author wants of the reply to the last hop', () => {
    const before = session(
      '# @name a\n# @expect 200\nGET /a\n###\nGET /{{a.response.body.id}}/{{a.response.headers.x-id}}/{{a.response.headers.etag}}',
    );
    const after = unrollRedirects(before, [redirect(302, '/b', [['x-id', '1']]), redirect(200, '')]);
    expect(after?.steps[0]).toMatchObject({ name: 'a', expectations: [], captures: [{ from: { kind: 'header', name: 'x-id' } }] });
    expect(after?.steps[1]).toMatchObject({
      name: null,
      expectations: [{ kind: 'status' }],
      captures: [{ from: { kind: 'json' } }, { from: { name: 'etag' } }],
    });
  });
});

describe('a step that follows', () => {
  it('goes where this play’s reply sends it, until nothing is left to unroll', async () => {
    let count = 0;
    const origin = await serve((request, reply) => {
      if (request.url === '/start') reply.writeHead(302, { location: `/hop/${++count}`, 'set-cookie': 'a=1' }).end();
      else if (request.url?.startsWith('/hop/')) reply.writeHead(307, { location: `../end?n=${request.url.slice(5)}` }).end();
      else reply.end(`${request.method} ${request.url} ${request.headers.cookie}`);
    });
    let current = session('POST /start\n\nbody');
    let replies = await playAll(current, origin);
    for (let next = unrollRedirects(current, replies); next !== null; next = unrollRedirects(current, replies)) {
      current = next;
      replies = await playAll(current, origin);
    }
    expect(current.steps).toHaveLength(3);
    expect(answered(replies[2] as Reply).body.text).toBe('GET /end?n=3 a=1');
  });

  it('is not sent when there is no redirect to follow', async () => {
    const origin = await serve((_, reply) => reply.end());
    const after = unrollRedirects(session('GET /a'), [redirect(302, '/b')]) as Session;
    const playing = play(after, origin);
    expect((await playing.send(1)).reply).toMatchObject({ outcome: 'unsent', reason: 'step 1 did not redirect' });
    await playing.send(0);
    expect((await playing.send(1)).reply).toMatchObject({ outcome: 'unsent', reason: 'step 1 did not redirect' });
  });
});
