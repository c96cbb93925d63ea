import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Session, templateText } from '../../../src/model/session.ts';
import { type HttpFileOptions, parseHttpFile } from '../../../src/session/formats/http/http-file.ts';
import { sourceText } from '../../../src/session/formats/http/syntax.ts';
import { describeLeftOut } from '../../../src/session/origins.ts';
import { failureOf } from '../../support/failure.ts';

/** A folder with these files, the root of a repository. */
function project(files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'session-'));
  mkdirSync(join(folder, '.git'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

function read(text: string, { folder = '/nowhere', ...options }: Partial<HttpFileOptions> & { folder?: string } = {}): Session {
  const source = sourceText('visit.http', join(folder, 'visit.http'), text);
  return parseHttpFile(source, { variables: {}, processEnv: {}, httpEnv: null, origins: [], ...options });
}

function targets({ steps }: Session): string[] {
  return steps.map(({ method, target }) => `${method} ${templateText(target)}`);
}

describe('environments', () => {
  const TWO = { dev: { id: 1, user: { name: 'ann' } }, prod: { id: 2 } };

  it('of http-client.env.json: the only one is chosen by itself, of several by name', () => {
    const one = project({ 'http-client.env.json': '// ours\n{ "dev": { "id": 7, }, }' });
    expect(targets(read('GET /{{id}}', { folder: one }))).toEqual(['GET /7']);
    const two = project({ 'http-client.env.json': TWO });
    expect(targets(read('GET /{{id}}/{{user.name}}', { folder: two, httpEnv: 'dev' }))).toEqual(['GET /1/ann']);
    const { message, hint } = failureOf(() => read('GET /{{id}}', { folder: two }));
    expect(message).toContain('{{id}} has no value');
    expect(hint).toContain('No environment is chosen: --http-env dev or prod.');
  });

  it('are found above the session, up to the root of its repository', () => {
    const folder = project({ 'http-client.env.json': { dev: { id: 3 } }, 'api/v1/x': '' });
    expect(targets(read('GET /{{id}}', { folder: join(folder, 'api/v1') }))).toEqual(['GET /3']);
  });

  it('private values win over public ones, and are known as such', () => {
    const folder = project({
      'http-client.env.json': { dev: { token: 'none', id: 1 } },
      'http-client.private.env.json': { dev: { token: 'kept-apart-4711' } },
    });
    const { steps, environment } = read('GET /{{id}}\nAuthorization: Bearer {{token}}', { folder });
    expect(templateText(steps[0]?.headers[0]?.[1] ?? [])).toBe('Bearer kept-apart-4711');
    expect(environment).toContainEqual({ name: 'token', value: 'kept-apart-4711', isPrivate: true });
  });

  it('of REST Client: $shared belongs to all', () => {
    const settings = {
      'rest-client.environmentVariables': {
        $shared: { version: 'v1', last: 'z' },
        local: { version: 'v2', path: '{{$shared version}}/{{last}}' },
      },
    };
    const folder = project({ '.vscode/settings.json': settings });
    expect(targets(read('GET /{{version}}/{{path}}', { folder }))).toEqual(['GET /v2/v1/z']);
  });

  it("JetBrains' win over the file's own variables, REST Client's do not, --var wins over all", () => {
    const folder = project({
      'http-client.env.json': { dev: { a: 'jetbrains' } },
      '.vscode/settings.json': { 'rest-client.environmentVariables': { dev: { a: 'rest', b: 'rest', c: 'rest' } } },
    });
    const text = '@a = file\n@b = file\nGET /{{a}}/{{b}}/{{c}}';
    expect(targets(read(text, { folder }))).toEqual(['GET /jetbrains/file/rest']);
    expect(targets(read(text, { folder, variables: { a: 'given', b: 'given' } }))).toEqual(['GET /given/given/rest']);
  });

  it.each<[string, Record<string, unknown>, string | null, string, RegExp]>([
    [
      'are not there',
      {},
      'dev',
      'there is no environment "dev" for visit.http',
      /Looked for http-client\.env\.json.*there is none/,
    ],
    [
      'are called otherwise',
      { 'http-client.env.json': TWO },
      'pro',
      'did you mean "prod"?',
      /There are dev, prod\. Looked at .*env\.json/,
    ],
    [
      'cannot be read',
      { 'http-client.env.json': '{\n "dev": {\n' },
      null,
      'http-client.env.json:3: not JSON',
      /Environments are written/,
    ],
    ['are a list', { 'http-client.env.json': [1] }, null, 'it must be an object', /Environments are written/],
  ])('that %s are a clear error', (_, files, httpEnv, message, hint) => {
    const error = failureOf(() => read('GET /', { folder: project(files), httpEnv }));
    expect(error.message).toContain(message);
    expect(error.hint).toMatch(hint);
  });

  it('an unknown variable names the files that were looked at', () => {
    const folder = project({ 'http-client.env.json': { dev: { id: 3 } } });
    const { hint } = failureOf(() => read('GET /{{ix}}', { folder }));
    expect(hint).toContain(`Looked at ${join(folder, 'http-client.env.json')}.`);
    expect(failureOf(() => read('GET /{{ix}}')).hint).toContain('in /nowhere and above; there is none');
  });
});

describe('requests to another port than most', () => {
  const FILE = 'GET http://localhost:8080/a\n###\nGET /b\n###\nGET http://localhost:9000/c\n###\nGET http://localhost:8080/d';

  it('are left out and listed, those without an origin are not', () => {
    const session = read(FILE);
    expect(targets(session)).toEqual(['GET /a', 'GET /b', 'GET /d']);
    expect(describeLeftOut(session.leftOut)).toBe('1 to http://localhost:9000 (5)');
  });

  it('are played if their origin is named', () => {
    expect(targets(read(FILE, { origins: ['http://localhost:8080', 'http://localhost:9000'] }))).toHaveLength(4);
    expect(targets(read(FILE, { origins: ['http://localhost:9000'] }))).toEqual(['GET /b', 'GET /c']);
    expect(failureOf(() => read(FILE, { origins: ['http://localhost:1'] })).hint).toBe(
      'Requests there: 2 to http://localhost:8080, 1 to http://localhost:9000.',
    );
  });

  it('are told by the values of variables, and of one app whatever its scheme', () => {
    expect(targets(read('@p = 81\n@h = localhost\nGET http://{{h}}:{{p}}/a\n###\nGET {{h}}:82/b\n###\nGET {{h}}:82/c'))).toEqual([
      'GET /b',
      'GET /c',
    ]);
    expect(targets(read('GET http://a.test/a\n###\nGET https://a.test/b\n###\nGET a.test/c'))).toHaveLength(3);
  });

  it('and whose reply a later one needs are an error', () => {
    const login = '# @name login\nPOST http://localhost:9000/token\n###\n';
    const rest = 'GET http://localhost:8080/{{login.response.body.$.id}}\n###\nGET http://localhost:8080/';
    const { message, hint } = failureOf(() => read(login + rest));
    expect(message).toContain('the request "login" is not played: it goes to http://localhost:9000');
    expect(hint).toContain('--origin');
    const handler = 'POST http://localhost:9000/token\n\n> {% client.global.set("t", 1) %}\n###\n';
    expect(failureOf(() => read(`${handler}GET http://localhost:8080/{{t}}\n###\nGET http://localhost:8080/`)).message).toContain(
      'the request that sets {{t}} is not played',
    );
  });
});

describe('scripts above a request', () => {
  it('are read with the names that they set', () => {
    const { steps } = read(
      '### one\n< {%\n  request.variables.set("id", $uuid);\n  client.global.set("all", 1);\n%}\nGET /{{id}}/{{all}}\n###\nGET /{{all}}',
    );
    expect(steps.map(({ scripts }) => scripts.length)).toEqual([1, 0]);
    expect(failureOf(() => read('< {% request.variables.set("id", 1) %}\nGET /{{id}}\n###\nGET /{{id}}')).message).toContain(
      'visit.http:4:6: {{id}} has no value',
    );
  });

  it('may be in files of their own', () => {
    const folder = project({ 'before.js': 'request.variables.set("id", 1)' });
    expect(read('< ./before.js\nGET /{{id}}', { folder }).steps[0]?.scripts).toEqual(['request.variables.set("id", 1)']);
    expect(failureOf(() => read('< ./gone.js\nGET /', { folder })).message).toContain('there is no file ./gone.js');
  });

  it.each([
    ['< {% let a = 1; %}\n\n###\nGET /', 'visit.http:1:1: no request follows this script'],
    ['GET /\n###\n< {% let a = 1;\nGET /', 'visit.http:3:3: this script is never closed'],
    ['GET /\n###\nimport other.http\n\nGET /b', 'visit.http:3:1: `import` is not supported yet'],
    ['GET /\n###\nrun #one', 'visit.http:3:1: `run` is not supported yet'],
    ['# @import ./other.http\nGET /', 'visit.http:1:1: @import is not supported yet'],
    ['# @loop for 3\nGET /', 'visit.http:1:1: @loop is not supported yet'],
  ])('and what cannot be played are refused by name and line: %s', (text, message) => {
    expect(failureOf(() => read(text)).message).toBe(message);
  });
});

it('values are taken by any JSONPath', () => {
  const take = (path: string) => read(`# @name a\nGET /\n###\nGET /{{a.response.body.${path}}}`).steps[0]?.captures[0]?.from;
  for (const path of ['$..id', '$.items[1:].id', "$.items[?(@.sku=='b')].id", '$.items[*].id', '$.a.b[-1]'])
    expect(take(path)).toEqual({ kind: 'json', path });
  for (const path of ['$[', '$.items[?(]', '$.a b']) expect(failureOf(() => take(path)).message).toContain('cannot take');
});
