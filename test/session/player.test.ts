import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { header } from '../../src/model/observation.ts';
import { answered, play, serve, session, textOf } from './server.ts';

describe('a step', () => {
  it('reaches the server as written, from one host and the given address', async () => {
    const origin = await serve(async (request, reply) => {
      reply.end(
        JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body: await textOf(request) }),
      );
    });
    const playing = play(
      'POST /a b?x={y}&z=é\nContent-Type: application/json\nOrigin: http://localhost:3000\nAuthorization: Basic user pass\n\n{"n":"ü"}',
      origin,
    );
    const { request, reply } = await playing.send(0);
    const seen = JSON.parse(answered(reply).body.text);
    expect(seen).toMatchObject({
      method: 'POST',
      url: '/a%20b?x=%7By%7D&z=%C3%A9',
      body: '{"n":"ü"}',
      headers: {
        host: 'localhost',
        origin: 'http://localhost',
        authorization: `Basic ${Buffer.from('user:pass').toString('base64')}`,
        'x-forwarded-for': '198.18.0.1',
        'content-length': '10',
      },
    });
    expect(request).toMatchObject({ method: 'POST', target: '/a%20b?x=%7By%7D&z=%C3%A9', body: '{"n":"ü"}' });
  });

  it('carries values of earlier replies', async () => {
    const origin = await serve(async (request, reply) => {
      if (request.url === '/login') {
        reply
          .setHeader('X-CSRF-Token', 'c1')
          .setHeader('Content-Type', 'application/json')
          .end('{"user":{"id":42,"tags":["a","b"]}}');
      } else if (request.url === '/form') {
        reply.end('<form><input type=hidden name=_csrf value="a+b/c=&amp;"></form>');
      } else {
        reply.end(`${request.url} ${request.headers['x-csrf-token']} ${await textOf(request)}`);
      }
    });
    const playing = play(
      [
        '# @name login\nPOST /login',
        '# @name form\nGET /form',
        'POST /u/{{login.response.body.$.user.id}}?t={{login.response.body.user.tags[1]}}\nX-CSRF-Token: {{login.response.headers.x-csrf-token}}\nContent-Type: application/x-www-form-urlencoded\n\n_csrf={{form.response.body.//input[@name="_csrf"]/@value}}',
      ].join('\n###\n'),
      origin,
    );
    await playing.send(0);
    await playing.send(1);
    expect(answered((await playing.send(2)).reply).body.text).toBe('/u/42?t=b c1 _csrf=a%2Bb%2Fc%3D%26');
  });

  it('names captures that found nothing, and leaves their holes', async () => {
    const origin = await serve((request, reply) => reply.end(request.url));
    const playing = play('# @name a\nGET /\n###\nGET /x/{{a.response.body.$.id}}', origin);
    expect((await playing.send(0)).missing).toEqual(['a.response.body.$.id']);
    expect(answered((await playing.send(1)).reply).body.text).toBe('/x/%7B%7Ba.response.body.$.id%7D%7D');
  });

  it('says which expectations failed', async () => {
    const origin = await serve((_, reply) => reply.writeHead(404).end());
    const { failedExpectations } = await play('# @expect 200 201\nGET /', origin).send(0);
    expect(failedExpectations).toEqual(['expected status 200 or 201, got 404']);
  });

  it('sends files as they are at that moment', async () => {
    const origin = await serve(async (request, reply) => reply.end(await textOf(request)));
    const folder = mkdtempSync(join(tmpdir(), 'session-'));
    writeFileSync(join(folder, 'a.txt'), 'one');
    const playing = play(session('POST /\n\n< ./a.txt', folder), origin);
    expect(answered((await playing.send(0)).reply).body.text).toBe('one');
    writeFileSync(join(folder, 'a.txt'), 'two');
    expect(answered((await playing.send(0)).reply).body.text).toBe('two');
  });
});

describe('generated values', () => {
  const echo = () => serve((request, reply) => reply.end(request.url));

  it('are drawn once for a file variable and anew for each place', async () => {
    const playing = play('@id = {{$uuid}}\nGET /{{id}}\n###\nGET /{{id}}/{{$uuid}}', await echo());
    const first = answered((await playing.send(0)).reply).body.text.slice(1);
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const [, again, other] = answered((await playing.send(1)).reply).body.text.split('/');
    expect(again).toBe(first);
    expect(other).not.toBe(first);
    expect(playing.generated).toEqual({ '@id': first, '4:13 $uuid': other });
  });

  it('follow the seed and the clock', async () => {
    const text =
      'GET /{{$randomInt 5 7}}/{{$random.alphabetic(4)}}/{{$random.email}}/{{$timestamp}}/{{$timestamp -1 d}}/{{$isoTimestamp}}/{{$datetime "YYYY-MM-DD" 1 d}}';
    const origin = await echo();
    const [a, b] = await Promise.all([play(text, origin).send(0), play(text, origin).send(0)]);
    const written = answered(a.reply).body.text;
    expect(written).toBe(answered(b.reply).body.text);
    expect(written).toMatch(
      /^\/[56]\/[A-Za-z]{4}\/[a-z]{12}@example\.com\/1767323045\/1767236645\/2026-01-02T03:04:05\.678Z\/2026-01-03$/,
    );
    expect(play(text, origin).generated).toEqual({});
  });
});

describe('cookies', () => {
  const counting = () =>
    serve((request, reply) => {
      if (request.url === '/set')
        reply.setHeader('Set-Cookie', [
          'sid=1; Path=/; HttpOnly; Secure; SameSite=Strict',
          'far=2; Domain=shop.example.com',
          'deep=3; Path=/deep',
        ]);
      if (request.url === '/unset') reply.setHeader('Set-Cookie', 'sid=; Max-Age=0; Path=/');
      reply.end(request.headers.cookie ?? '');
    });

  it('are kept for each visitor, Secure ones and those of the app’s own domain too', async () => {
    const playing = play(
      'GET /set\n###\nGET /\n###\n# @visitor bob\nGET /\n###\nGET /deep/x\nCookie: own=1\n###\n# @no-cookie-jar\nGET /\n###\nGET /unset\n###\nGET /',
      await counting(),
    );
    const cookies: string[] = [];
    for (const index of Array(7).keys()) cookies.push(answered((await playing.send(index)).reply).body.text);
    expect(cookies).toEqual(['', 'sid=1; far=2', '', 'own=1; deep=3; sid=1; far=2', '', 'sid=1; far=2', 'far=2']);
  });

  it('do not change when a step is repeated quietly or sent by a stranger', async () => {
    const playing = play('GET /set\n###\nGET /', await counting());
    await playing.send(0, { quiet: true });
    await playing.send(0, { stranger: 'new' });
    expect(answered((await playing.send(1)).reply).body.text).toBe('');
  });
});

describe('a stranger', () => {
  it('has neither cookies nor credentials nor session fields', async () => {
    const origin = await serve(async (request, reply) => {
      if (request.url === '/login')
        reply.setHeader('Set-Cookie', 'sid=1').setHeader('Content-Type', 'application/json').end('{"key":"k123"}');
      else reply.end(JSON.stringify([request.url, Object.keys(request.headers).sort(), await textOf(request)]));
    });
    const playing = play(
      '# @name login\nPOST /login\n###\nPOST /cart?session_id=1&q=2\nContent-Type: application/json\nAuthorization: Bearer x\nX-My: {{login.response.body.key}}\n\n{"item":"book","csrfToken":"x"}',
      origin,
    );
    await playing.send(0);
    const [url, names, body] = JSON.parse(answered((await playing.send(1, { stranger: 'new' })).reply).body.text);
    expect(url).toBe('/cart?q=2');
    expect(names).toEqual(['accept', 'connection', 'content-length', 'content-type', 'host', 'user-agent', 'x-forwarded-for']);
    expect(body).toBe('{"item":"book"}');
    expect(header((await playing.send(1)).request.headers, 'cookie')).toBe('sid=1');
  });
});

describe('response handlers', () => {
  it('set variables, and report what they assert in vain', async () => {
    const origin = await serve((request, reply) =>
      reply
        .setHeader('Content-Type', 'application/json')
        .setHeader('X-A', '1')
        .end(JSON.stringify({ url: request.url })),
    );
    const playing = play(
      'GET /1\n\n> {%\nclient.global.set("who", {name: response.body.url + response.headers.valueOf("x-a")});\nclient.test("status", function () { client.assert(response.status === 201, "is " + response.status); });\nclient.log("x");\n%}\n###\nGET /a{{who.name}}\n\n> {% while (true) {} %}\n###\nGET /\n\n> {% client.exit(); client.assert(false) %}',
      origin,
    );
    expect(await playing.send(0)).toMatchObject({ failedExpectations: ['status: is 200'], missing: [] });
    const second = await playing.send(1);
    expect(answered(second.reply).body.text).toBe('{"url":"/a/11"}');
    expect(second.failedExpectations).toEqual([]);
    expect((await playing.send(2)).failedExpectations).toEqual([]);
  });

  it('are ended when they never end', async () => {
    const origin = await serve((_, reply) => reply.end());
    const { failedExpectations } = await play('GET /\n\n> {% client.test("x", () => { while (true) {} }) %}', origin).send(0);
    expect(failedExpectations.join()).toMatch(/ran for longer than 1 s/);
  });

  it.each([
    ['globalThis.process', 'undefined'],
    ['typeof require', 'undefined'],
    ['typeof fetch', 'undefined'],
    ['typeof client.assert.constructor("return this")().process', 'undefined'],
    ['client.assert.constructor("return typeof process")()', 'undefined'],
    ['typeof response.headers.valueOf.constructor("return globalThis")().Buffer', 'undefined'],
    ['typeof jsonPath.constructor("return globalThis")().require', 'undefined'],
  ])('reach nothing but what they are given: %s', async (expression, found) => {
    const origin = await serve((_, reply) => reply.end('{}'));
    const script = `client.test("reach", () => { throw new Error(String(${expression})); })`;
    const { failedExpectations } = await play(`GET /\n\n> {% ${script} %}`, origin).send(0);
    expect(failedExpectations).toEqual([`reach: ${found}`]);
  });

  it.each([
    ['Promise.resolve().then(() => { for (;;); })', /ran for longer than 1 s/],
    ['/^(a+)+$/.test("a".repeat(40) + "b")', /ran for longer than 1 s/],
    ['const all = []; for (;;) all.push(new ArrayBuffer(1e6))', /64 MiB|ran for longer than 1 s/],
    ['(function again() { again(); })()', /stack/],
    ['JSON.parse = JSON.stringify = () => { throw 1 }; Map.prototype.get = null; throw new Error("spoilt")', /spoilt/],
    ['throw undefined', /undefined/],
    ['client.global.set("a", () => 1)', /^$/],
  ])('that mean harm only fail: %s', async (script, told) => {
    const origin = await serve((_, reply) => reply.end('{}'));
    const { failedExpectations } = await play(`GET /\n\n> {% client.assert(true); ${script} %}`, origin).send(0);
    expect(failedExpectations.join()).toMatch(told);
  });
});

describe('persisted queries', () => {
  it('are sent again with their text, once, when the server has forgotten them', async () => {
    const known = new Map<string, string>();
    const origin = await serve(async (request, reply) => {
      const { query, extensions } = JSON.parse(await textOf(request));
      const hash = extensions.persistedQuery.sha256Hash;
      if (query !== undefined) known.set(hash, query);
      reply.end(known.has(hash) ? '{"data":1}' : '{"errors":[{"message":"PersistedQueryNotFound"}]}');
    });
    const full = '{"query":"{a}","extensions":{"persistedQuery":{"sha256Hash":"h"}}}';
    const short = '{"extensions":{"persistedQuery":{"sha256Hash":"h"}}}';
    const playing = play(`POST /\n\n${short}\n###\nPOST /\n\n${full}\n###\nPOST /\n\n${short}`, origin);
    expect(answered((await playing.send(0)).reply).body.text).toContain('PersistedQueryNotFound');
    await playing.send(1);
    known.clear();
    expect(answered((await playing.send(2)).reply).body.text).toBe('{"data":1}');
  });
});

describe('scripts above a request', () => {
  const echo = () => serve(async (request, reply) => reply.end(`${request.url} ${await textOf(request)}`));
  const SETS = '< {%\n  request.variables.set("id", $random.alphabetic(8) + Math.floor(Math.random() * 1e6));\n%}\n';

  it('set variables of the request and of those after it', async () => {
    const origin = await echo();
    const playing = play(
      '< {%\n  client.global.set("n", (client.global.get("n") ?? 0) + 1);\n  request.variables.set("user", { name: "ann" });\n%}\nPOST /{{n}}/{{user.name}}\n\n{{user}}\n###\nGET /{{n}}',
      origin,
    );
    expect(answered((await playing.send(0)).reply).body.text).toBe('/1/ann {"name":"ann"}');
    expect(answered((await playing.send(1)).reply).body.text).toBe('/1 ');
  });

  it('draw what the seed decides, new in every play, and known as the visitor’s own', async () => {
    const origin = await echo();
    const seeded = (seed: number) => {
      let state = seed;
      return () => {
        state = (state * 16807) % 2147483647;
        return state / 2147483647;
      };
    };
    const once = async (seed: number) => {
      const playing = play(`${SETS}GET /{{id}}`, origin, { random: seeded(seed) });
      const url = answered((await playing.send(0)).reply).body.text;
      return { url, generated: Object.values(playing.generated) };
    };
    const [first, same, other] = [await once(7), await once(7), await once(8)];
    expect(first.url).toMatch(/^\/[A-Za-z]{8}\d+ $/);
    expect(same).toEqual(first);
    expect(other.url).not.toBe(first.url);
    expect(first.generated).toEqual([first.url.slice(1, 9)]);
  });

  it('leave no trace when a step is only asked again', async () => {
    const origin = await echo();
    const playing = play('< {% client.global.set("n", (client.global.get("n") ?? 0) + 1) %}\nGET /{{n}}', origin);
    await playing.send(0);
    expect(answered((await playing.send(0, { quiet: true })).reply).body.text).toBe('/2 ');
    expect(answered((await playing.send(0)).reply).body.text).toBe('/2 ');
  });

  it('know the request, and that there is no reply yet', async () => {
    const origin = await echo();
    const script = [
      'request.variables.set("seen", [request.method, request.url.getRaw(), request.body.getRaw(),',
      'request.headers.findByName("x-a").getRawValue(), typeof response, request.environment.get("no")].join());',
    ].join(' ');
    const playing = play(`< {% ${script} %}\nPOST /a?b=1\nX-A: 1\n\n{{seen}}`, origin);
    expect(answered((await playing.send(0)).reply).body.text).toBe('/a?b=1 POST,/a?b=1,{{seen}},1,undefined,');
  });

  it('that fail are told, and the request is not sent', async () => {
    let asked = 0;
    const origin = await serve((_, reply) => {
      asked++;
      reply.end();
    });
    const { reply, failedExpectations } = await play('< {% crypto.sha256() %}\nGET /x', origin).send(0);
    expect(reply.outcome).toBe('unsent');
    expect(failedExpectations).toEqual(["the script before GET /x: 'crypto' is not defined"]);
    expect(asked).toBe(0);
  });
});
