import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { type Session, type Step, templateText } from '../../../src/model/session.ts';
import { type HttpFileOptions, parseHttpFile } from '../../../src/session/formats/http/http-file.ts';
import { sourceText } from '../../../src/session/formats/http/syntax.ts';
import { failureOf } from '../../support/failure.ts';

function parse(
  text: string,
  { folder = '/nowhere', file = 'cart.http', ...options }: Partial<HttpFileOptions> & { folder?: string; file?: string } = {},
): Session {
  const source = sourceText(file, join(folder, file), text);
  return parseHttpFile(source, { variables: {}, processEnv: {}, httpEnv: null, origins: [], ...options });
}

function only(text: string, variables?: Record<string, string>): Step {
  const { steps } = parse(text, { variables: variables ?? {} });
  expect(steps).toHaveLength(1);
  return steps[0] as Step;
}

function targets(session: Session): string[] {
  return session.steps.map(({ method, target }) => `${method} ${templateText(target)}`);
}

function bodyOf(step: Step): string {
  if (step.body === null) return '';
  if (step.body.kind === 'text') return templateText(step.body.text);
  return step.body.parts.map((part) => ('file' in part ? `<${part.file}>` : templateText(part.text))).join('');
}

function failure(text: string, options?: Parameters<typeof parse>[1]): UserError {
  return failureOf(() => parse(text, options));
}

describe('what stands below a request', () => {
  it('and is a comment is not sent, within a body or after it', () => {
    const { steps } = parse(
      'POST /a\n\n{\n  # a note\n  "a": 1\n  // another\n}\n\n# the end\n// of it\n###\nPOST /b\n\n# only this\n',
    );
    expect(steps.map(bodyOf)).toEqual(['{\n  "a": 1\n}', '']);
  });

  it('and sets a variable does so, and is not sent', () => {
    const { steps } = parse(
      '# @name made\nPOST /a\n\n{}\n\n@id = {{made.response.body.$.id}}\n@b = 2\n###\nGET /{{id}}/{{b}}\n###\nPOST /mail\n\nwrite to\n@ann = friend\nof all\n',
    );
    expect(steps.map(bodyOf)).toEqual(['{}', '', 'write to\n@ann = friend\nof all']);
    expect(steps[0]?.captures).toMatchObject([{ name: 'made.response.body.$.id' }]);
  });

  it('and is a reply that was pasted there is not sent', () => {
    const pasted = 'HTTP/1.1 200 OK\nContent-Type: application/json\n\n{"a":1}';
    const { steps } = parse(`GET /a\n\n${pasted}\n###\nPOST /b\n\nx=1\n\n${pasted}\n###\nPOST /c\n\nHTTP/1.1 is old\n`);
    expect(steps.map(bodyOf)).toEqual(['', 'x=1', 'HTTP/1.1 is old']);
  });
});

describe('requests', () => {
  it('may begin with any variable, which stands for an origin and needs no value', () => {
    expect(targets(parse('GET {{orders_service}}/x\n###\nGET {{a}}/{{b}}?c=1', { variables: { b: 'y' } }))).toEqual([
      'GET /x',
      'GET /y?c=1',
    ]);
    expect(failure('GET /x/{{orders_service}}').code).toBe('session-unknown-variable');
    expect(failure('GET {{orders_service}}').code).toBe('session-unknown-variable');
  });

  it('with Digest authorization are refused', () => {
    expect(failure('GET /a\nAuthorization: Digest ann secret').message).toBe(
      'cart.http:2:16: Digest authorization is not supported: it needs an answer to what the server asks for',
    );
  });

  it('are separated by ### and named by title or directive', () => {
    const session = parse('GET /a\n### second\nPOST /b\n\n###\n# @name third\nDELETE /c HTTP/1.1\n### only a comment\n# nothing\n');
    expect(targets(session)).toEqual(['GET /a', 'POST /b', 'DELETE /c']);
    expect(session.steps.map(({ name, line }) => [name, line])).toEqual([
      [null, 1],
      ['second', 3],
      ['third', 7],
    ]);
  });

  it('may be a bare URL, lower-case, or of any method in capitals', () => {
    expect(
      targets(parse('https://example.com/a?b=1#c\n###\nget /x\n###\nPROPFIND /dav\n###\nlocalhost/y\n###\nexample.com')),
    ).toEqual(['GET /a?b=1', 'GET /x', 'PROPFIND /dav', 'GET /y', 'GET /']);
  });

  it('may continue their URL on further lines', () => {
    expect(
      targets(
        parse(
          'GET https://example.com/comments\n    ?page=2\n    &size=10 HTTP/1.1\nAccept: */*\n###\nGET http://example.com\n    /api\n    /html?x=1',
        ),
      ),
    ).toEqual(['GET /comments?page=2&size=10', 'GET /api/html?x=1']);
  });

  it.each([
    ['GET {{host}}/cart', '/cart'],
    ['GET http://{{host}}:{{port}}/cart', '/cart'],
    ['GET {{baseUrl}}', '/'],
    ['GET {{base_url}}?x=1', '/?x=1'],
    ['GET {{host}}:{{port}}/x', '/x'],
  ])('drop an unknown origin: %s', (text, target) => {
    expect(templateText(only(text).target)).toBe(target);
  });

  it('drop a known origin and keep its base path', () => {
    expect(templateText(only('@baseUrl = http://localhost:3000/api\nGET {{baseUrl}}/cart').target)).toBe('/api/cart');
    expect(templateText(only('GET {{host}}/cart', { host: 'web' }).target)).toBe('/cart');
    expect(templateText(only('GET {{host}}/cart', { host: 'localhost:80' }).target)).toBe('/cart');
  });

  it('begin their path with a variable right behind a host', () => {
    const named = '# @name a\nPOST /a\n###\n';
    const target = (url: string) => templateText(parse(`${named}GET ${url}`).steps[1]?.target ?? []);
    expect(target('http://localhost:80{{a.response.headers.location}}')).toBe('{{a.response.headers.location}}');
    expect(target('http://localhost{{a.response.body.$.path}}?x=1')).toBe('{{a.response.body.$.path}}?x=1');
    expect(target('http://api{{a.response.body.$.zone}}.example.com/x')).toBe('/x');
  });

  it('take headers up to the blank line, without those that are the player’s', () => {
    const step = only('POST /a\nHost: example.com\nContent-Type: text/plain\n# a comment\nX-A:  b \nContent-Length: 3\n\nhey\n\n');
    expect(step.headers.map(([name, value]) => [name, templateText(value)])).toEqual([
      ['Content-Type', 'text/plain'],
      ['X-A', 'b'],
    ]);
    expect(bodyOf(step)).toBe('hey');
  });

  it('obey their directives', () => {
    const { steps } = parse(
      '# @no-redirect\n// @no-cookie-jar\n# @expect 200, 201\nGET /a\n###\n# @visitor bob\nGET /b\n###\n# @visitor eve\nGET /c\n###\n# @visitor bob\nGET /d',
    );
    expect(steps[0]).toMatchObject({
      followRedirects: false,
      useCookies: false,
      expectations: [{ kind: 'status', allowed: [200, 201] }],
    });
    expect(steps.map(({ visitor }) => visitor)).toEqual([0, 1, 2, 1]);
  });

  it('as GraphQL become JSON', () => {
    const step = only('GRAPHQL /graphql\n\nquery Cart($id: ID!) {\n  cart(id: $id) { name }\n}\n\n{ "id": "7" }');
    expect(step.method).toBe('POST');
    expect(JSON.parse(bodyOf(step))).toEqual({
      operationName: 'Cart',
      query: 'query Cart($id: ID!) {\n  cart(id: $id) { name }\n}',
      variables: { id: '7' },
    });
  });
});

describe('variables', () => {
  it('of the file are written in, wherever they stand, and nest', () => {
    expect(templateText(only('@a = 1\n@b = {{a}}2\nGET /{{b}}').target)).toBe('/12');
    expect(targets(parse('GET /{{late}}\n###\n@late = x\nGET /{{late}}'))).toEqual(['GET /x', 'GET /x']);
    expect(targets(parse('@v = 1\nGET /{{v}}\n###\n@v = 2\nGET /{{v}}'))).toEqual(['GET /1', 'GET /2']);
  });

  it('given from outside win', () => {
    expect(templateText(only('@a = 1\nGET /{{a}}', { a: '9' }).target)).toBe('/9');
  });

  it('that are generated share one value by name and differ by place', () => {
    const { steps } = parse('@id = {{$uuid}}\nGET /{{id}}/{{$uuid}}\n###\nGET /{{id}}/{{$randomInt 1 9}}{{$random.integer(1, 9)}}');
    const keys = steps.flatMap(({ target }) =>
      target.flatMap((part) => (part.kind === 'generated' ? [[part.name, part.args, part.key]] : [])),
    );
    expect(keys).toEqual([
      ['uuid', [], '@id'],
      ['uuid', [], '2:13 $uuid'],
      ['uuid', [], '@id'],
      ['randomInt', ['1', '9'], '4:13 $randomInt'],
      ['random.integer', ['1', '9'], '4:31 $random.integer'],
    ]);
  });

  it('come from the environment', () => {
    expect(templateText(parse('GET /{{$processEnv X}}/{{$env.X}}', { processEnv: { X: 'y' } }).steps[0]?.target ?? [])).toBe(
      '/y/y',
    );
    const folder = mkdtempSync(join(tmpdir(), 'session-'));
    writeFileSync(join(folder, '.env'), 'TOKEN=abc\n');
    expect(templateText(parse('GET /{{$dotenv TOKEN}}', { folder }).steps[0]?.target ?? [])).toBe('/abc');
  });

  it('of an earlier reply become captures of its step', () => {
    const { steps } = parse(
      [
        '# @name login\nPOST /login\n###\n',
        'GET /a/{{login.response.body.$.items[0].id}}?next={{login.response.body.token}}\nAuthorization: Bearer {{login.response.body.token}}\nX-L: {{login.response.headers.Location}}\n\n{{login.response.body.*}}\n###\n',
        'POST /b\nContent-Type: application/x-www-form-urlencoded\n\n_csrf={{login.response.body.//input[@name="_csrf"]/@value}}\n&q=1',
      ].join(''),
    );
    expect(steps[0]?.captures.map(({ from }) => from)).toEqual([
      { kind: 'json', path: '$.items[0].id' },
      { kind: 'json', path: '$.token' },
      { kind: 'header', name: 'location' },
      { kind: 'json', path: '$' },
      { kind: 'html', tag: 'input', attribute: 'value', match: [['name', '_csrf']], nth: 0 },
    ]);
    expect(steps[1]?.target.at(-1)).toEqual({ kind: 'variable', name: 'login.response.body.token', as: 'url' });
    expect(steps[2]?.body).toMatchObject({
      kind: 'text',
      text: [{ text: '_csrf=' }, { kind: 'variable', as: 'url' }, { text: '&q=1' }],
    });
  });

  it('of an earlier request are written in', () => {
    const { steps } = parse(
      '# @name a\nPOST /a\nX-Id: {{$uuid}}\n\nhi\n###\nGET /b\nX-Id: {{a.request.headers.x-id}}\n\n{{a.request.body}}',
    );
    expect(steps[1]?.headers[0]?.[1]).toEqual(steps[0]?.headers[0]?.[1]);
    expect(bodyOf(steps[1] as Step)).toBe('hi');
  });

  it('set by a response handler are known afterwards', () => {
    const { steps } = parse(
      'POST /login\n\n> {%\n  client.global.set("token", response.body.token);\n  client.test("ok", () => client.assert(response.status === 200));\n%}\n###\nGET /me\nAuthorization: Bearer {{token}}',
    );
    expect(steps[0]?.captures).toEqual([
      { name: 'token', from: { kind: 'script', source: expect.stringContaining('client.global.set') } },
    ]);
    expect(steps[0]?.expectations).toEqual([{ kind: 'script', source: expect.stringContaining('client.test') }]);
    expect(steps[1]?.headers[0]?.[1]).toContainEqual({ kind: 'variable', name: 'token' });
  });

  it('leave alone what is no variable', () => {
    expect(bodyOf(only('POST /t\n\n{{#each items}}{{/each}} {{ }} {"a":{"b":{}}}'))).toBe(
      '{{#each items}}{{/each}} {{ }} {"a":{"b":{}}}',
    );
  });
});

describe('bodies', () => {
  it('of forms may stand on several lines', () => {
    expect(bodyOf(only('POST /a\nContent-Type: application/x-www-form-urlencoded\n\nname=foo\n&password=bar baz\n&x = 1'))).toBe(
      'name=foo&password=bar baz&x=1',
    );
  });

  it('come from files, with or without variables, also within multipart', () => {
    const folder = mkdtempSync(join(tmpdir(), 'session-'));
    writeFileSync(join(folder, 'plain.json'), '{"a":"{{x}}"}');
    const { steps } = parse(
      '@x = 1\nPOST /a\n\n< ./plain.json\n###\nPOST /b\n\n<@ ./plain.json\n###\nPOST /c\nContent-Type: multipart/form-data; boundary=B\n\n--B\nContent-Disposition: form-data; name="f"; filename="p"\n\n< ./plain.json\n--B--',
      { folder },
    );
    expect(bodyOf(steps[0] as Step)).toBe(`<${join(folder, 'plain.json')}>`);
    expect(bodyOf(steps[1] as Step)).toBe('{"a":"1"}');
    expect(bodyOf(steps[2] as Step)).toBe(
      `--B\r\nContent-Disposition: form-data; name="f"; filename="p"\r\n\r\n<${join(folder, 'plain.json')}>\r\n--B--\r\n`,
    );
  });
});

describe('complaints', () => {
  it.each([
    ['GET /a\nnot a header\n', 'cart.http:2:1: expected a header'],
    ['hello there', 'cart.http:1:1: expected a request line'],
    ['\n\nContent-Type: x', 'cart.http:3:1: a request line must come before this header'],
    ['GET /a/{{x', 'cart.http:1:8: {{ is never closed'],
    ['WEBSOCKET ws://x/y', 'cart.http:1:1: WEBSOCKET requests are not supported yet'],
    ['# @expect fine\nGET /', 'cart.http:1:3: @expect takes status codes'],
    ['@broken\nGET /', 'cart.http:1:1: a line that starts with @'],
    ['GET /\n\n> {%\n client.log(1)', 'cart.http:3:3: this script is never closed'],
    ['@a = {{b}}\n@b = {{a}}\nGET /{{a}}', 'cart.http:2:6: @a refers to itself'],
    ['curl http://x', 'cart.http:1:1: a curl command is not supported yet'],
  ])('name file, line and column: %j', (text, message) => {
    const error = failure(text);
    expect(error.code).toBe('session-syntax');
    expect(error.message).toContain(message);
    expect(error.details).toHaveLength(2);
  });

  it('point at the column', () => {
    expect(failure('@user = 1\nGET /a/{{usr}}').details).toEqual(['GET /a/{{usr}}', '       ^']);
  });

  it('tell of unknown variables and how to pass them', () => {
    const error = failure('@user = 1\nGET /a/{{usr}}');
    expect(error.code).toBe('session-unknown-variable');
    expect(error.message).toBe('cart.http:2:8: {{usr}} has no value; did you mean {{user}}?');
    expect(error.hint).toContain('Known: user.');
    expect(error.hint).toContain('--var usr=value');
    expect(failure('GET /{{$uid}}').message).toContain('did you mean {{$uuid}}?');
    expect(failure('# @name login\nGET /\n###\nGET /{{lgin.response.body.x}}').message).toContain('did you mean "login"?');
  });

  it('tell of files without requests and of missing files', () => {
    expect(failure('# nothing\n\n###\n').code).toBe('session-empty');
    expect(failure('POST /\n\n< ./missing.json').code).toBe('session-file-missing');
  });

  it('are never anything but UserErrors', () => {
    const fragment = fc.constantFrom(
      'GET ',
      '/a',
      '\n',
      '\n\n',
      '###',
      '{{',
      '}}',
      '$uuid',
      '@x = ',
      'a.response.body.',
      '> {%',
      '%}',
      '< ',
      '# @name a\n',
      'X: y\n',
      '--B',
      '=',
      '&',
      '?',
      ':',
      '//',
      ' ',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.oneof(fragment, fc.string()), { maxLength: 30 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (written) => {
        try {
          parse(written);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
