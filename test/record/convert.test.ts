import { describe, expect, it } from 'vitest';
import { templateText } from '../../src/model/session.ts';
import { sessionOf } from '../../src/record/convert.ts';
import { shellCommands } from '../../src/record/curl/shell-words.ts';
import { run, workspace } from '../support/cli.ts';

const of = (from: 'curl' | 'postman', text: string) =>
  sessionOf(text, { from, name: 'given', folder: '/given', file: '/given/session.http', origins: [], taken: () => undefined });
const lines = (from: 'curl' | 'postman', text: string) =>
  of(from, text).session.steps.map(({ method, target, headers, body }) => ({
    request: `${method} ${templateText(target)}`,
    headers: headers.map(([name, value]) => `${name}: ${templateText(value)}`),
    body: body?.kind === 'text' ? templateText(body.text) : (body?.parts ?? null),
  }));

describe('words of a shell', () => {
  it.each([
    ['curl \'a b\' "c d" e\\ f', [['curl', 'a b', 'c d', 'e f']]],
    ["curl $'it\\'s\\n\\u00e9\\x41'", [['curl', "it's\né" + 'A']]],
    [
      'curl a \\\n  -X PUT\ncurl b; curl c && curl d & # not e',
      [
        ['curl', 'a', '-X', 'PUT'],
        ['curl', 'b'],
        ['curl', 'c'],
        ['curl', 'd'],
      ],
    ],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how shells write it
    ['curl "$HOST/a" ${ID} \'$NOT\' "\\$5"', [['curl', '{{HOST}}/a', '{{ID}}', '$NOT', '$5']]],
  ])('of %s', (text, wanted) => {
    expect(shellCommands('x.sh', text).map(({ words }) => words)).toEqual(wanted);
  });

  it('of a quote that is never closed are an error with its line', () => {
    expect(() => shellCommands('x.sh', "curl a\ncurl 'b")).toThrow('x.sh:2: a quote is never closed');
  });
});

describe('curl commands', () => {
  it('are read as browsers copy them, with secrets and cookies taken out', () => {
    const { session, secrets, remarks } = of(
      'curl',
      `curl 'http://localhost:3000/login' \\
  -H 'accept: text/html' \\
  -H 'content-type: application/x-www-form-urlencoded' \\
  -b 'sid=1; theme=dark' \\
  --data-raw 'user=ann&password=hunter%2B22' \\
  --compressed ;
curl 'http://localhost:3000/cart' -H 'authorization: Bearer abc.def'`,
    );
    expect(session.steps.map(({ method, target }) => `${method} ${templateText(target)}`)).toEqual([
      'POST http://localhost:3000/login',
      'GET http://localhost:3000/cart',
    ]);
    expect(session.steps[0]?.body).toMatchObject({ text: [{ text: 'user=ann&password=' }, { name: 'password' }] });
    expect(secrets).toEqual([
      { name: 'password', value: 'hunter%2B22' },
      { name: 'authorization', value: 'abc.def' },
    ]);
    expect(remarks).toEqual(['given:1: cookies are left to the visitor, who sends back those that the app sets']);
  });

  it('are read as people write them', () => {
    expect(lines('curl', 'curl -XPOST -sS -u ann:secret -d a=1 -d b=2 localhost/x')[0]).toMatchObject({
      request: 'POST localhost/x',
      body: 'a=1&b=2',
    });
    expect(lines('curl', "curl -G -d q=tea --data-urlencode 'note=a b&c' 'localhost/s?p=1'")[0]?.request).toBe(
      'GET localhost/s?p=1&q=tea&note=a%20b%26c',
    );
    expect(lines('curl', `curl --json '{"a":1}' localhost/x`)[0]).toEqual({
      request: 'POST localhost/x',
      headers: ['Content-Type: application/json', 'Accept: application/json'],
      body: '{"a":1}',
    });
    expect(lines('curl', 'curl -F title=Sea -F photo=@sea.png localhost/x --next -I localhost/y')).toMatchObject([
      { request: 'POST localhost/x', body: [{ text: expect.anything() }, { file: '/given/sea.png' }, { text: expect.anything() }] },
      { request: 'HEAD localhost/y', body: null },
    ]);
    expect(lines('curl', 'curl -T up.txt localhost/x')[0]).toMatchObject({ request: 'PUT localhost/x' });
    expect(of('curl', 'HOST=http://localhost:8080\nTOKEN=s3cr3t\ncd x\ncurl $HOST/x')).toMatchObject({
      variables: [{ name: 'HOST', value: 'http://localhost:8080' }],
      secrets: [{ name: 'TOKEN', value: 's3cr3t' }],
      remarks: ['given:3: left out, as it is no curl command: cd x'],
    });
  });

  it.each([
    ['nothing', '', 'holds no curl command'],
    ['no address', 'curl -s', 'given:1: this curl command names no address'],
    ['an unknown option', 'curl\\\n --frobnicate x', "unknown option '--frobnicate'"],
    ['another shell', 'curl ^"http://x^" ^\n  -H ^"a: b^"', 'the command line of Windows'],
    ['a file that is not there', 'curl -d @gone.txt localhost', 'gone.txt, which curl sends, cannot be read'],
  ])('with %s are an error', (_, text, message) => {
    expect(() => of('curl', text)).toThrow(message);
  });
});

const COLLECTION = {
  info: { name: 'Shop', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
  auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{token}}' }] },
  variable: [
    { key: 'baseUrl', value: 'http://localhost:3000' },
    { key: 'adminPassword', value: 'hunter22' },
  ],
  item: [
    {
      name: 'Log in',
      request: {
        method: 'POST',
        auth: { type: 'noauth' },
        url: { raw: '{{baseUrl}}/login' },
        body: {
          mode: 'raw',
          raw: '{"user":"{{$randomEmail}}","password":"{{adminPassword}}"}',
          options: { raw: { language: 'json' } },
        },
      },
      event: [
        {
          listen: 'test',
          script: {
            exec: [
              "pm.test('ok', function () { pm.response.to.have.status(200); pm.expect(pm.response.json().user).to.be.a('string'); });",
              'const data = pm.response.json();',
              "pm.collectionVariables.set('token', data.token);",
            ],
          },
        },
      ],
    },
    {
      name: 'Orders',
      item: [
        {
          name: 'Order',
          request: {
            method: 'PUT',
            header: [
              { key: 'X-Off', value: 'x', disabled: true },
              { key: 'X-On', value: '1' },
            ],
            url: {
              raw: '{{baseUrl}}/orders/:id?draft=1&off=2',
              variable: [{ key: 'id', value: '7' }],
              query: [
                { key: 'draft', value: '1' },
                { key: 'off', value: '2', disabled: true },
              ],
            },
            body: { mode: 'urlencoded', urlencoded: [{ key: 'item', value: 'a b' }] },
          },
        },
        {
          name: 'Photo',
          request: {
            method: 'POST',
            url: '{{baseUrl}}/photo',
            body: { mode: 'formdata', formdata: [{ key: 'f', type: 'file', src: 'sea.png' }] },
          },
        },
      ],
    },
  ],
};

describe('a collection of Postman', () => {
  it('is read with its folders, variables, credentials and scripts', () => {
    const text = JSON.stringify(COLLECTION);
    expect(lines('postman', text)).toMatchObject([
      {
        request: 'POST {{baseUrl}}/login',
        headers: ['Content-Type: application/json'],
        body: '{"user":"{{$random.email}}","password":"{{adminPassword}}"}',
      },
      {
        request: 'PUT {{baseUrl}}/orders/7?draft=1',
        headers: ['X-On: 1', 'Authorization: Bearer {{token}}', 'Content-Type: application/x-www-form-urlencoded'],
        body: 'item=a%20b',
      },
      { request: 'POST {{baseUrl}}/photo', body: [{}, { file: '/given/sea.png' }, {}] },
    ]);
    const { session, titles, variables, secrets, remarks } = of('postman', text);
    expect(titles).toEqual(['Log in', 'Order', 'Photo']);
    expect(variables).toEqual([{ name: 'baseUrl', value: 'http://localhost:3000' }]);
    expect(secrets).toEqual([{ name: 'adminPassword', value: 'hunter22' }]);
    expect(session.steps[0]?.captures).toEqual([
      { name: '', from: { kind: 'script', source: "const data = response.body;\nclient.global.set('token', data.token);" } },
    ]);
    expect(remarks).toEqual(['"Log in": tests that use pm.expect are left out']);
  });

  it.each([
    ['no JSON', '{', 'not JSON'],
    ['another format', '{"openapi":"3.0.0"}', 'is no collection'],
    ['nothing in it', '{"info":{},"item":[]}', 'holds no request'],
    ['a loop of folders', JSON.stringify({ info: {}, item: [nested(40)] }), 'holds no request'],
  ])('with %s is an error', (_, text, message) => {
    expect(() => of('postman', text)).toThrow(message);
  });
});

function nested(depth: number): object {
  return depth === 0 ? { name: 'x', request: 'http://localhost/' } : { name: 'x', item: [nested(depth - 1)] };
}

it('credentials are taken out of the address of a curl command, and read of collections of v2.0', () => {
  const curl = of('curl', 'curl http://bob:pw%4099@localhost:3000/d');
  expect(curl.session.steps.map(({ target }) => templateText(target))).toEqual(['http://localhost:3000/d']);
  expect(curl.secrets.map(({ value }) => Buffer.from(value.replace(/^Basic /, ''), 'base64').toString())).toEqual(['bob:pw@99']);
  expect(of('curl', 'curl http://bob:5%@localhost:3000/').secrets).toHaveLength(1);
  const auth = { type: 'basic', basic: { username: 'bob', password: 'pw99' } };
  const old = {
    info: {},
    item: [
      { name: 'Me', request: { url: 'http://localhost:3000/me', auth } },
      { name: 'Odd', request: 5 },
    ],
  };
  const { secrets, remarks } = of('postman', JSON.stringify(old));
  expect(secrets.map(({ value }) => Buffer.from(value.replace(/^Basic /, ''), 'base64').toString())).toEqual(['bob:pw99']);
  expect(remarks.join()).toContain('"Odd"');
});

it('what is saved and lacks a value is told of, with what to do and all that was left out', async () => {
  await using folder = await workspace({ 'given.sh': 'curl http://localhost:3000/orders/$ID; wget x' });
  const { exitCode, stdout, stderr } = await run(['record', '--from', 'curl', 'given.sh'], { cwd: folder.path });
  expect([exitCode, stdout.trim()]).toEqual([2, 'saved session.http: 1 step']);
  expect(stderr).toMatch(/no curl command: wget x\nit does not play yet: .*\{\{ID\}\} has no value\nhint: .*--var ID=value/);
});
