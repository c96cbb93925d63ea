import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseHttpFile } from '../../../src/session/formats/http/http-file.ts';
import { sourceText } from '../../../src/session/formats/http/syntax.ts';
import { prepare } from '../../../src/session/play/request.ts';
import { createGenerator, valuesOf } from '../../../src/session/play/values.ts';
import { readByHttpYac } from './httpyac.ts';

const DOCS = resolve(import.meta.dirname, '../../../docs/sessions.md');
const FOLDER = mkdtempSync(join(tmpdir(), 'differential-'));
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
/** All of the app: none of their requests is left out. */
const ORIGINS = ['http://localhost:8080', 'https://shop.example', 'http://127.0.0.1:8080', 'http://localhost'];
/** Values of replies are known in a play alone. */
const REPLY = /\{\{\w+\.response\.[^}]*\}\}/g;
/** Fields that clients add of their own accord. */
const OWN_FIELDS = /^(accept|user-agent|host|content-length)$/;

writeFileSync(join(FOLDER, 'body.txt'), 'from a file\n  {{name}}\n');

/** A request in the form in which both readings are compared. */
interface Compared {
  readonly method: string;
  /** Path and query, encoded as URLs are. */
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

function compared(method: string, target: string, headers: readonly (readonly [string, string])[], body: string): Compared {
  const url = new URL(target, 'http://localhost');
  return {
    method,
    target: (url.pathname + url.search).replace(UUID, 'UUID'),
    headers: headers
      .map(([name, value]) => [name.toLowerCase(), value.replace(UUID, 'UUID')] as const)
      .filter(([name]) => !OWN_FIELDS.test(name))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
    body: body.replace(UUID, 'UUID'),
  };
}

async function ours(file: string, text: string): Promise<Compared[]> {
  const options = { variables: {}, processEnv: {}, httpEnv: null, origins: ORIGINS };
  const session = parseHttpFile(sourceText('x.http', file, text), options);
  const values = valuesOf(createGenerator({ random: Math.random, now: () => new Date() }), []);
  const sent = await Promise.all(session.steps.map((step) => prepare(step, values)));
  return sent.map(({ method, target, headers, body }) =>
    compared(
      method,
      target,
      headers.map(([name, value]) => [name, Buffer.from(value, 'latin1').toString()] as const),
      body?.toString() ?? '',
    ),
  );
}

async function theirs(file: string, text: string): Promise<Compared[]> {
  const asked = await readByHttpYac(file, text, {});
  return asked.map(({ method, url, headers, body }) =>
    compared(
      method,
      url,
      Object.entries(headers).map(([name, value]) => [name, String(value)] as const),
      body,
    ),
  );
}

const line = (...choices: string[]) => fc.constantFrom(...choices);
const name = line('name', 'user', 'id');
const value = line('ann', '42', 'a b', 'x/y', 'é', '{{$uuid}}', 'http', 'a=b');
const hole = name.map((text) => `{{${text}}}`);
const origin = line('http://localhost:8080', '{{base}}', 'https://shop.example', 'http://127.0.0.1:8080');
const segment = fc.oneof(line('a', 'items', 'a.b', 'x_y-z', '%20', '1'), hole);
const path = fc.array(segment, { maxLength: 3 }).map((parts) => parts.map((part) => `/${part}`).join('') || '/');
const pair = fc.tuple(line('q', 'page', 'filter[x]'), fc.oneof(line('1', 'a b', 'é', 'a%26b', ''), hole));
const query = fc.array(pair, { maxLength: 3 });
const url = fc.record({ origin, path, query, broken: fc.boolean() }).map(({ origin: start, path: rest, query: pairs, broken }) => {
  const fields = pairs.map(([key, text], index) => `${index === 0 ? '?' : '&'}${key}=${text}`);
  return start + rest + (broken ? fields.map((field) => `\n    ${field}`).join('') : fields.join(''));
});
const header = fc
  .tuple(
    line('X-A', 'x-b', 'Accept-Language', 'X-Empty'),
    fc.oneof(line('1', 'a, b;q=0.5', 'é', '"x"', 'http://a/b?c=d#e', '{"a":1}'), hole),
  )
  .map(([key, text]) => `${key}:${text.length % 2 === 0 ? ' ' : ''}${text}`);
const comment = line('# a note', '// a note', '# @no-log', '# @name one', '// @name two', '# hello');
const json = line('{}', '{ "name": "{{name}}" }', '{\n  "a": [1, 2],\n\n  "b": "{{id}}"\n}', '[\n{{id}}\n]');
const plain = line(
  'hello {{name}}',
  'one\n\ntwo',
  '  indented\n\ttab',
  '< ./body.txt',
  '<@ ./body.txt',
  '<?xml version="1.0"?>\n<a>{{id}}</a>',
);
const multipart = line(
  '--X\nContent-Disposition: form-data; name="a"\n\n{{name}}\n--X--',
  '--X\nContent-Disposition: form-data; name="f"; filename="b.txt"\nContent-Type: text/plain\n\n< ./body.txt\n--X\nContent-Disposition: form-data; name="b"\n\n2\n--X--',
);
const lines = line('{"a":1}\n{"a":2}', '{"a":"{{id}}"}');
const form = line('a=1&b=2', 'a = 1\n&b = {{name}}', 'a=1\n&b=x y', 'q={{user}}&r=%20');
const body = fc.oneof(
  json.map((text) => ({ type: 'application/json', text })),
  plain.map((text) => ({ type: 'text/plain', text })),
  multipart.map((text) => ({ type: 'multipart/form-data; boundary=X', text })),
  lines.map((text) => ({ type: 'application/x-ndjson', text })),
  form.map((text) => ({ type: 'application/x-www-form-urlencoded', text })),
);
const request = fc
  .record({
    title: line('###', '### A title', '#### many', '###   '),
    above: fc.array(comment, { maxLength: 2 }),
    method: line('GET ', 'POST ', 'PUT ', 'DELETE ', 'PATCH ', 'OPTIONS ', 'get ', ''),
    version: line('', ' HTTP/1.1'),
    url,
    headers: fc.uniqueArray(header, { maxLength: 3, selector: (text) => text.split(':')[0]?.toLowerCase() }),
    between: fc.option(comment, { nil: null }),
    gap: fc.constantFrom([''], ['', ''], ['  ']),
    later: fc.option(value, { nil: null }),
    body: fc.option(body, { nil: null }),
    below: line(
      '',
      '\n',
      '\n\n\n',
      '\n\n# the end\n',
      '\n\n// the end',
      '\n\nHTTP/1.1 200 OK\nA: b\n\n{}',
      '\n\n>> out.json',
      '\n\n<> out.json',
    ),
  })
  .map(
    ({ title, above, method, version, url: where, headers, between, gap, later, body: sent, below }) =>
      [
        title,
        ...(later === null ? [] : [`@user = ${later}`, '']),
        ...above,
        `${method}${where}${where.includes('\n') ? '' : version}`,
        ...headers,
        ...(between === null ? [] : [between]),
        ...(sent === null ? [] : [`Content-Type: ${sent.type}`, ...gap, sent.text]),
      ].join('\n') + below,
  );
const file = fc.record({
  values: fc.tuple(value, value, value),
  requests: fc.array(request, { minLength: 1, maxLength: 4 }),
  end: line('\n', '\r\n'),
});

/** What httpYac reads otherwise, and why ours stays as it is. */
const DIFFERENCES: readonly { readonly what: string; readonly even: (request: Compared) => Compared }[] = [
  {
    what: 'a multipart body ends with a line break, as browsers end it',
    even: ({ body, ...rest }) => ({ ...rest, body: body.replace(/--\r\n$/, '--') }),
  },
  {
    what: 'a method in lower case is a method, as REST Client has it; httpYac takes it for a part of the URL',
    even: ({ method, target, ...rest }) => ({
      ...rest,
      method,
      target: target.replace(/^\/get%20(https?:\/\/[^/]*|\{\{base\}\})/, ''),
    }),
  },
];

function evened(requests: readonly Compared[]): Compared[] {
  return requests.map((one) => DIFFERENCES.reduce((request, { even }) => even(request), one));
}

// Not compared: references to replies, which httpYac evaluates in scripts of its own, and port and scheme, which the router decides.
it('a hundred generated files are read as httpYac reads them', async () => {
  const files = fc.sample(file, { numRuns: 100, seed: 15 });
  for (const [index, { values, requests, end }] of files.entries()) {
    const [first, second, third] = values;
    const head = `@base = http://localhost:8080\n@name = ${first}\n@user = ${second}\n@id = ${third}\n\n`;
    const text = (head + requests.join('\n')).replaceAll('\n', end);
    const place = join(FOLDER, `${index}.http`);
    expect({ text, read: evened(await ours(place, text)) }).toEqual({ text, read: evened(await theirs(place, text)) });
  }
});

it('the examples of docs/sessions.md are read as httpYac reads them', async () => {
  const examples = [...readFileSync(DOCS, 'utf8').matchAll(/```http\n(.*?)```/gs)].map(([, text = '']) => text.replace(REPLY, '7'));
  expect(examples.length).toBeGreaterThan(0);
  for (const [index, text] of examples.entries()) {
    const place = join(FOLDER, `example-${index}.http`);
    expect(evened(await ours(place, text))).toEqual(evened(await theirs(place, text)));
  }
});
