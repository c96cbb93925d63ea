import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { type Session, type Step, templateText } from '../../../src/model/session.ts';
import { parseHar } from '../../../src/session/formats/har/parse-har.ts';
import { sourceText } from '../../../src/session/formats/http/syntax.ts';
import { loadSession } from '../../../src/session/load.ts';
import { describeLeftOut } from '../../../src/session/origins.ts';
import { answered, play, serve, textOf } from '../server.ts';

const FILE = join(import.meta.dirname, 'shop.har');

function read(entries: readonly unknown[], origins: readonly string[] = []): Session {
  return parseHar(sourceText('x.har', '/x.har', ''), JSON.stringify({ log: { entries } }), { origins });
}

function parse(entries: readonly unknown[]): Step[] {
  return [...read(entries).steps];
}

interface Recorded {
  readonly method?: string;
  readonly url: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly type?: string;
  readonly reply?: string;
  readonly replyType?: string;
  readonly replyHeaders?: Record<string, string>;
}

function entry({
  method = 'GET',
  url,
  headers = {},
  body,
  type = 'application/json',
  reply = '',
  replyType = 'application/json',
  replyHeaders = {},
}: Recorded): unknown {
  const list = (fields: Record<string, string>) => Object.entries(fields).map(([name, value]) => ({ name, value }));
  return {
    request: {
      method,
      url: new URL(url, 'http://app.test').href,
      headers: list(headers),
      ...(body === undefined ? {} : { postData: { mimeType: type, text: body } }),
    },
    response: { status: 200, headers: list(replyHeaders), content: { mimeType: replyType, text: reply } },
  };
}

function written(step: Step | undefined): string {
  if (step === undefined) return '';
  const body = step.body?.kind === 'text' ? ` ${templateText(step.body.text)}` : '';
  return `${step.method} ${templateText(step.target)}${body}`;
}

describe('a recording', () => {
  it('of a request with an empty text has no body', () => {
    expect(
      parse([entry({ url: '/a', body: '' }), entry({ url: '/b', method: 'POST', body: 'x=1' })]).map(({ body }) => body === null),
    ).toEqual([true, false]);
  });

  it('becomes the steps of the app itself, with what was issued as variables', async () => {
    const { steps } = await loadSession(FILE, { variables: {}, httpEnv: null, origins: [] });
    expect(steps.map(written)).toEqual([
      'GET /login',
      'GET /static/app.css?v=3',
      'POST /login _csrf={{1._csrf}}&email=ann%40example.com&password=hunter22',
      'GET /app?welcome={{3.welcome}}',
      'POST /api/carts {"currency":"EUR","email":"ann@example.com","locale":"en-US"}',
      'POST /api/carts/{{5.id}}/items {"cartId":{{5.id}},"sku":"book-42","quantity":7}',
      'DELETE /api/carts/{{6.cartId}}/items/{{6.items[0].id}}',
      'POST /orders cart_id={{6.cartId}}&note=a%20b',
      'GET /orders/{{8.orders}}?ref={{8.ref}}',
      'GET /invoices/{{9.invoices}}',
    ]);
    expect(steps.map(({ line }) => line)).toEqual([1, 2, 4, 5, 7, 8, 9, 10, 11, 12]);
    expect(steps.every(({ followRedirects, follows, visitor }) => !followRedirects && follows === null && visitor === 0)).toBe(
      true,
    );
    const names = new Set(steps.flatMap(({ headers }) => headers.map(([name]) => name)));
    for (const name of ['host', 'connection', 'cookie', 'accept-encoding', 'if-none-match', 'content-length'])
      expect(names).not.toContain(name);
    expect(Object.fromEntries((steps[4]?.headers ?? []).map(([name, value]) => [name, templateText(value)]))).toMatchObject({
      'x-xsrf-token': '{{3.XSRF-TOKEN}}',
      'x-csrf-token': '{{4.csrf-token}}',
      'x-api-key': '{{4.x-api-key}}',
    });
    expect(templateText(steps[9]?.headers.find(([name]) => name === 'referer')?.[1] ?? [])).toBe(
      'http://localhost/orders/{{8.orders}}?ref={{8.ref}}',
    );
  });

  it('plays against an app that issues other values', async () => {
    const values = {
      csrf: randomBytes(9).toString('base64'),
      welcome: randomUUID(),
      xsrf: `${randomUUID()}=&`,
      meta: randomUUID(),
      key: randomBytes(8).toString('hex'),
    };
    const issued = {
      cart: randomInt(100, 1e6),
      token: `${randomUUID()}.x`,
      item: randomUUID(),
      order: 'Z9Y8X7',
      ref: 'a/b c&1',
      invoice: randomInt(1e5),
    };
    const refused: string[] = [];
    const origin = await serve(async (request, reply) => {
      const body = await textOf(request);
      const form = new URLSearchParams(body);
      const url = new URL(request.url ?? '', 'http://x');
      const route = `${request.method} ${url.pathname}`;
      const need = (holds: boolean) => holds || refused.push(`${route}${url.search} ${body}`);
      const json = (status: number, value: unknown) =>
        reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
      const html = (text: string) => reply.writeHead(200, { 'content-type': 'text/html' }).end(text);
      const cart = `/api/carts/${issued.cart}`;
      const bearer = () => need(request.headers.authorization === `Bearer ${issued.token}`);
      if (route !== 'GET /login') need((request.headers.cookie ?? '').includes('sid=1'));
      if (route === 'GET /login') {
        reply.setHeader('set-cookie', 'sid=1; Path=/; HttpOnly');
        html(`<form><input name=q value=x><input type=hidden name=_csrf value="${values.csrf}"></form>`);
      } else if (route === 'GET /static/app.css') reply.end();
      else if (route === 'POST /login') {
        need(form.get('_csrf') === values.csrf && request.headers.origin === `http://${request.headers.host}`);
        reply
          .writeHead(302, {
            location: `/app?welcome=${values.welcome}`,
            'set-cookie': `XSRF-TOKEN=${encodeURIComponent(values.xsrf)}`,
          })
          .end();
      } else if (route === 'GET /app') {
        need(url.searchParams.get('welcome') === values.welcome);
        html(
          `<head><meta name="csrf-token" content="${values.meta}"></head><script>window.boot={"apiKey":"key_${values.key}"}</script>`,
        );
      } else if (route === 'POST /api/carts') {
        need(
          request.headers['x-xsrf-token'] === values.xsrf &&
            request.headers['x-csrf-token'] === values.meta &&
            request.headers['x-api-key'] === `key_${values.key}`,
        );
        json(201, { id: issued.cart, token: issued.token });
      } else if (route === `POST ${cart}/items`) {
        bearer();
        need(JSON.parse(body).cartId === issued.cart && JSON.parse(body).quantity === 7);
        json(201, { items: [{ id: issued.item }], cartId: issued.cart });
      } else if (route === `DELETE ${cart}/items/${issued.item}`) {
        bearer();
        json(200, {});
      } else if (route === 'POST /orders') {
        need(form.get('cart_id') === String(issued.cart));
        reply.writeHead(303, { location: `http://localhost/orders/${issued.order}?ref=${encodeURIComponent(issued.ref)}` }).end();
      } else if (route === `GET /orders/${issued.order}`) {
        need(url.searchParams.get('ref') === issued.ref);
        html(`<a href="/orders/new">New</a><a href="/invoices/${issued.invoice}">Invoice</a>`);
      } else {
        need(route === `GET /invoices/${issued.invoice}`);
        reply.end();
      }
    });
    const session = await loadSession(FILE, { variables: {}, httpEnv: null, origins: [] });
    const playing = play(session, origin);
    const missing: string[] = [];
    for (const index of session.steps.keys()) {
      const sent = await playing.send(index);
      answered(sent.reply);
      missing.push(...sent.missing);
    }
    expect(refused).toEqual([]);
    expect(missing).toEqual([]);
  });
});

describe('of several origins', () => {
  const from = (referer: string, others: Record<string, string> = {}) => ({ headers: { referer, ...others } });
  const page = (url: string, rest: Partial<Recorded> = {}) => entry({ url, replyType: 'text/html', ...rest });
  const APP = 'https://shop.example';
  const IDP = 'https://login.idp.test';
  const signIn = [
    page(`${IDP}/authorize?client_id=x&response_type=code&redirect_uri=${encodeURIComponent(`${APP}/back`)}`, from(`${APP}/`)),
    ...['a.css', 'b.js', 'c.js', 'd.png'].map((file) => entry({ url: `${IDP}/${file}`, ...from(`${IDP}/authorize`) })),
    entry({ url: `${IDP}/login`, method: 'POST', body: 'user=ann', ...from(`${IDP}/authorize`) }),
  ];

  it('that of the app is played, never that of the party the visitor signs in by', () => {
    const { steps, leftOut } = read([
      ...signIn,
      page(`${APP}/back?code=1`, from(`${IDP}/`)),
      entry({ url: `${APP}/api/me`, ...from(`${APP}/back`) }),
      entry({ url: 'https://cdn.test/lib.js', ...from(`${APP}/back`) }),
      entry({ url: 'https://cdn.test/lib.css', ...from(`${APP}/back`) }),
      entry({ url: 'https://cdn.test/font', ...from(`${APP}/back`) }),
    ]);
    expect(steps.map(written)).toEqual(['GET /back?code=1', 'GET /api/me']);
    expect(describeLeftOut(leftOut)).toBe(`6 to ${IDP} (1–6), 3 to https://cdn.test (9–11)`);
  });

  it('an identity provider that was recorded alone is the app', () => {
    expect(read(signIn).steps).toHaveLength(signIn.length);
  });

  it('those that are named are all the app, as are their pages as Origin and Referer', () => {
    const recorded = [
      page(`${APP}/`),
      entry({ url: 'https://api.example/me', ...from(`${APP}/`, { origin: APP }) }),
      entry({ url: 'https://cdn.test/lib.js', ...from(`${APP}/`) }),
    ];
    const { steps } = read(recorded, [APP, 'https://api.example']);
    expect(steps.map(written)).toEqual(['GET /', 'GET /me']);
    expect(steps[1]?.headers.map(([name, value]) => [name, templateText(value)])).toEqual([
      ['referer', 'https://localhost/'],
      ['origin', 'https://localhost'],
    ]);
    expect(read(recorded).steps.map(written)).toEqual(['GET /']);
    expect(() => read(recorded, ['https://elsewhere.test'])).toThrow('x.har holds no request to https://elsewhere.test');
  });

  it('a site counts as one, whatever its hosts are called', () => {
    const { steps } = read([
      page('https://www.shop.co.uk/'),
      entry({ url: 'https://api.shop.co.uk/a', headers: { 'sec-fetch-site': 'same-site' } }),
      entry({ url: 'https://api.shop.co.uk/b', ...from('https://www.shop.co.uk/') }),
      entry({ url: 'https://other.co.uk/c', ...from('https://www.shop.co.uk/') }),
      entry({ url: 'https://other.co.uk/d', ...from('https://www.shop.co.uk/') }),
      entry({ url: 'https://other.co.uk/e', ...from('https://www.shop.co.uk/') }),
    ]);
    expect(steps.map(written)).toEqual(['GET /a', 'GET /b']);
  });
});

it('odd entries of a recording are left out and listed', () => {
  const good = entry({ url: '/a' });
  const odd = (changed: Record<string, unknown>) => ({ ...(good as object), ...changed });
  const asked = (request: Record<string, unknown>) => odd({ request: { method: 'GET', headers: [], ...request } });
  const { steps, leftOut } = read([
    asked({ url: 'data:image/png;base64,AA' }),
    good,
    asked({ url: 'http://app.test/b', method: '' }),
    asked({ url: 'chrome-extension://abc/x.js' }),
    asked({ url: 'wss://app.test/live' }),
    asked({ url: 'http://app.test/c', method: 'OPTIONS', headers: [{ name: 'Access-Control-Request-Method', value: 'PUT' }] }),
    odd({ response: { status: 0, headers: [], content: {} } }),
    null,
    asked({ url: 'nowhere' }),
  ]);
  expect(steps.map(({ line }) => line)).toEqual([2]);
  expect(leftOut.map(({ line, reason }) => `${line} ${reason}`).sort()).toEqual([
    '1 by data:, not over HTTP',
    '3 not recorded whole (request.method)',
    '4 by chrome-extension:, not over HTTP',
    '5 over WebSockets',
    '6 of the browser itself (CORS preflights)',
    '7 that were not answered',
    '8 not recorded whole',
    '9 to no valid address',
  ]);
});

describe('values', () => {
  const ID = '8f14e45f-ceea-467f-a0e6-4d2b0ad4b3c1';

  it.each<[string, Recorded[], string]>([
    [
      'a header field',
      [
        { url: '/mcp', replyHeaders: { 'Mcp-Session-Id': ID } },
        { url: '/mcp', headers: { 'Mcp-Session-Id': ID } },
      ],
      'mcp-session-id: {{1.mcp-session-id}}',
    ],
    [
      'the latest of several replies',
      [{ url: '/a', reply: `{"v":"${ID}"}` }, { url: '/b', reply: `{"w":"${ID}"}` }, { url: `/c/${ID}` }],
      'GET /c/{{2.w}}',
    ],
    [
      'a field rather than a list',
      [{ url: '/a', reply: `{"v":"${ID}"}` }, { url: '/b', reply: `[{"w":"${ID}"}]` }, { url: `/c/${ID}` }],
      'GET /c/{{1.v}}',
    ],
    [
      'an event of a stream',
      [
        { url: '/sse', reply: `event: endpoint\ndata: /messages?sessionId=${ID}\n\n`, replyType: 'text/event-stream' },
        { url: `/messages?sessionId=${ID}` },
      ],
      'GET /messages?sessionId={{1.sessionId}}',
    ],
    [
      'a number by its name',
      [
        { url: '/todos', method: 'POST', reply: '{"id":3}' },
        { url: '/x', method: 'POST', body: '{"todo_id":3,"count":3}' },
      ],
      'POST /x {"todo_id":{{1.id}},"count":3}',
    ],
    [
      'an odd JSON key',
      [{ url: '/a', reply: `{"odd key":{"it's":"${ID}"}}` }, { url: `/c/${ID}` }],
      "GET /c/{{1.['odd key']['it\\'s']}}",
    ],
  ])('are taken from %s', (_, recorded, expected) => {
    const last = parse(recorded.map(entry)).at(-1);
    const headers = last?.headers.map(([name, value]) => `${name}: ${templateText(value)}`) ?? [];
    expect([written(last), ...headers]).toContain(expected);
  });

  it.each<[string, Recorded[], string]>([
    [
      'the client sent first',
      [{ url: '/a', method: 'POST', body: '{"name":"ann-1999"}', reply: '{"name":"ann-1999"}' }, { url: '/u/ann-1999' }],
      'GET /u/ann-1999',
    ],
    [
      'are words',
      [
        { url: '/a', reply: '{"view":"checkout","ok":"true","type":"json","lang":"en-US"}' },
        { url: '/checkout/en-US?f=json&ok=true' },
      ],
      'GET /checkout/en-US?f=json&ok=true',
    ],
    [
      'are names of standards',
      [
        { url: '/a', reply: '{"c":"utf-8","h":"sha256","v":"1.2.30","d":"2026-01-01"}' },
        { url: '/x/utf-8/sha256/1.2.30?d=2026-01-01' },
      ],
      'GET /x/utf-8/sha256/1.2.30?d=2026-01-01',
    ],
    [
      'are numbers of something else',
      [{ url: '/users', reply: '{"id":3,"count":4}' }, { url: '/pages/3?page=4' }],
      'GET /pages/3?page=4',
    ],
    [
      'come only later',
      [{ url: '/a/k1234567' }, { url: '/b', reply: '{"k":"k1234567"}' }, { url: '/a/k1234567' }],
      'GET /a/k1234567',
    ],
  ])('stay when they %s', (_, recorded, expected) => {
    expect(written(parse(recorded.map(entry)).at(-1))).toBe(expected);
  });
});

describe('complaints', () => {
  const failure = (text: string): unknown => {
    try {
      return parseHar(sourceText('x.har', '/x.har', ''), text, { origins: [] });
    } catch (error) {
      return error;
    }
  };

  it.each([
    ['{"log":', 'session-syntax', 'x.har: not JSON'],
    ['{}', 'session-syntax', 'x.har: log'],
    ['{"log":{"entries":[{"request":{"url":"/"}}]}}', 'session-syntax', 'x.har: log.entries.0.request.method'],
    ['{"log":{"entries":[]}}', 'session-empty', 'x.har holds no request'],
  ])('name the file and the place: %s', (text, code, message) => {
    const error = failure(text);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it('are never anything but UserErrors', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(failure(text)).toBeInstanceOf(UserError);
      }),
    );
    const token = fc.constantFrom(
      'a',
      'k1234567',
      '7',
      '%',
      '{"id":',
      '}',
      '"',
      '<input name=id value=7>',
      '/a/7',
      '?x=',
      '=',
      '&',
      '[',
      ']',
    );
    const anyText = fc.array(token, { maxLength: 8 }).map((parts) => parts.join(''));
    const recorded = fc.record({
      url: anyText.map((text) => `http://app.test/${text}`),
      body: anyText,
      type: fc.constantFrom('application/json', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded'),
      reply: anyText,
      replyType: fc.constantFrom('text/html', 'application/json', 'text/plain'),
      replyHeaders: fc.record({ location: anyText, 'set-cookie': anyText }),
    });
    fc.assert(
      fc.property(fc.array(recorded, { minLength: 1, maxLength: 5 }), (list) => {
        expect(parse(list.map(entry))).toHaveLength(list.length);
      }),
    );
  });
});
