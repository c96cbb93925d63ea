import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { UserError } from '../../errors.ts';
import type { BodyTemplate } from '../../model/session.ts';
import { unescaped } from '../../session/play/template.ts';
import { FORM_TYPE, type FormField, formBody } from '../form-body.ts';
import { type PlainRequest, plainText } from '../plain-step.ts';
import { shellCommands } from './shell-words.ts';

/** What a script of curl commands says. */
export interface CurlScript {
  readonly requests: readonly PlainRequest[];
  /** Variables that it sets. */
  readonly variables: Readonly<Record<string, string>>;
  /** What was left out, in words. */
  readonly remarks: readonly string[];
}

/** Options that change what is sent, and take a value. */
const VALUES = [
  '-X, --request',
  '-H, --header',
  '-d, --data',
  '--data-ascii',
  '--data-raw',
  '--data-binary',
  '--data-urlencode',
  '--json',
  '-F, --form',
  '--form-string',
  '-u, --user',
  '-A, --user-agent',
  '-e, --referer',
  '-b, --cookie',
  '-T, --upload-file',
  '--url',
  '--url-query',
  '--oauth2-bearer',
];
const SWITCHES = ['-G, --get', '-I, --head'];
/** Options about the transport or the terminal, with a value. */
const IGNORED_VALUES =
  '-o, --output|-c, --cookie-jar|-x, --proxy|-m, --max-time|--connect-timeout|-w, --write-out|--retry|--retry-delay|--resolve|--cacert|-E, --cert|--key|--interface|--limit-rate|-D, --dump-header|--max-redirs|-r, --range|-C, --continue-at|-K, --config|--proto|--ciphers|--unix-socket|--connect-to|--noproxy|--retry-max-time|--stderr|--trace|--trace-ascii|-y, --speed-time|-Y, --speed-limit|-U, --proxy-user|--dns-servers|--keepalive-time';
const IGNORED =
  '-s, --silent|-S, --show-error|-k, --insecure|-L, --location|-v, --verbose|-i, --include|-f, --fail|--fail-with-body|--compressed|-g, --globoff|-N, --no-buffer|-O, --remote-name|-J, --remote-header-name|--http1.0|--http1.1|--http2|--http2-prior-knowledge|--http3|-4, --ipv4|-6, --ipv6|-#, --progress-bar|--no-progress-meter|--path-as-is|--location-trusted|--create-dirs|--tcp-nodelay|-q, --disable|--no-keepalive|--ssl|--tlsv1.2|--tlsv1.3|--basic|--anyauth|-j, --junk-session-cookies|--post301|--post302|--post303|-n, --netrc|-R, --remote-time';

/** Who asks, as an address says it (RFC 3986, 3.2.1). */
const USER_IN_URL = /^(?<scheme>https?:\/\/)?(?<user>[^/?#@]+)@/i;

/** Reads the curl commands of a shell script, as browsers copy them and people write them. Files are seen from `folder`. Throws a `UserError` for what cannot be read. */
export function readCurl(name: string, text: string, folder: string): CurlScript {
  if (/^\s*curl[^\n]*\^\s*$/m.test(text) || text.includes('^"'))
    throw new UserError(
      'session-syntax',
      `${name} is written for the command line of Windows`,
      'Copy it again as cURL for bash, in the menu of the browser’s network panel.',
    );
  const requests: PlainRequest[] = [];
  const remarks: string[] = [];
  const variables: Record<string, string> = {};
  for (const { line, words } of shellCommands(name, text)) {
    const sets = words.map((word) => /^([A-Za-z_]\w*)=(.*)$/s.exec(word));
    const [first = ''] = words;
    if (sets.every((set) => set !== null)) for (const set of sets) variables[set?.[1] ?? ''] = set?.[2] ?? '';
    else if (basename(first) === 'curl')
      for (const part of split(words.slice(1), '--next'))
        requests.push(...read(part, { name, line, folder, remarks, ordinal: requests.length }));
    else remarks.push(`${name}:${line}: left out, as it is no curl command: ${words.join(' ').slice(0, 60)}`);
  }
  if (requests.length === 0)
    throw new UserError(
      'session-empty',
      `${name} holds no curl command`,
      'Each begins with curl and names an address: curl http://localhost:3000/cart',
    );
  return { requests, variables, remarks };
}

interface Reading {
  readonly name: string;
  readonly line: number;
  readonly folder: string;
  readonly remarks: string[];
  /** Requests read so far. */
  readonly ordinal: number;
}

function read(words: readonly string[], { name, line, folder, remarks, ordinal }: Reading): PlainRequest[] {
  /** In the order they were given, as data is joined in that order. */
  const given: { option: string; value: string }[] = [];
  const command = new Command()
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .helpOption(false)
    .argument('[urls...]');
  for (const flags of VALUES) {
    command.option(`${flags} <value>`, '', (value: string) => void given.push({ option: longName(flags), value }));
  }
  for (const flags of SWITCHES) command.option(flags);
  for (const flags of IGNORED_VALUES.split('|')) command.option(`${flags} <value>`);
  for (const flags of IGNORED.split('|')) command.option(flags);
  try {
    command.parse([...words], { from: 'user' });
  } catch (cause) {
    const why = cause instanceof CommanderError ? cause.message.replace(/^error: /, '') : String(cause);
    throw new UserError(
      'session-syntax',
      `${name}:${line}: curl: ${why}`,
      'Take it out of the command, if it changes nothing that is sent.',
      { cause },
    );
  }
  const all = (...options: string[]) => given.filter(({ option }) => options.includes(option)).map(({ value }) => value);
  const urls = [...all('url'), ...command.args];
  if (urls.length === 0)
    throw new UserError(
      'session-syntax',
      `${name}:${line}: this curl command names no address`,
      'Write one: curl http://localhost:3000/cart',
    );
  if (all('cookie').length > 0)
    remarks.push(`${name}:${line}: cookies are left to the visitor, who sends back those that the app sets`);
  const fromFile = (path: string) => fileText(path, { name, line, folder });
  const headers = all('header').flatMap((text): [string, string][] => {
    const at = text.indexOf(':');
    return at < 1 || text.slice(at + 1).trim() === '' ? [] : [[text.slice(0, at).trim(), text.slice(at + 1).trim()]];
  });
  const has = (field: string) => headers.some(([key]) => key.toLowerCase() === field);
  const addHeader = (field: string, value: string | undefined) => {
    if (value !== undefined && !has(field.toLowerCase())) headers.push([field, value]);
  };
  const { get: isGet, head: isHead } = command.opts<{ get?: boolean; head?: boolean }>();
  const inUrl = urls.map((url) => USER_IN_URL.exec(url)?.groups?.user).find((one) => one !== undefined);
  const user = all('user')[0] ?? (inUrl === undefined ? undefined : unescaped(inUrl));
  addHeader('Authorization', user === undefined ? undefined : `Basic ${Buffer.from(user).toString('base64')}`);
  const bearer = all('oauth2-bearer')[0];
  addHeader('Authorization', bearer === undefined ? undefined : `Bearer ${bearer}`);
  const forms = given.filter(({ option }) => option === 'form' || option === 'form-string');
  const data = given.flatMap(({ option, value }) => dataOf(option, value, fromFile));
  const json = all('json');
  if (json.length > 0) {
    addHeader('Content-Type', 'application/json');
    addHeader('Accept', 'application/json');
  }
  const upload = all('upload-file')[0];
  let body: BodyTemplate | null = null;
  if (forms.length > 0) {
    body = formBody(forms.map((one) => formField(one, folder)));
    headers.push(['Content-Type', FORM_TYPE]);
  } else if (upload !== undefined) body = { kind: 'parts', parts: [{ file: resolve(folder, upload), expand: false }] };
  else if (data.length > 0 && isGet !== true) {
    addHeader('Content-Type', 'application/x-www-form-urlencoded');
    body = { kind: 'text', text: plainText(data.join(json.length > 0 ? '' : '&')) };
  }
  const query = [...(isGet === true ? data : []), ...all('url-query')].join('&');
  const usual = isHead === true ? 'HEAD' : upload !== undefined ? 'PUT' : body === null ? 'GET' : 'POST';
  const plainUrls = urls.map((url) => url.replace(USER_IN_URL, '$<scheme>'));
  return plainUrls.map((url, index) => ({
    ordinal: ordinal + index + 1,
    method: (all('request').at(-1) ?? usual).toUpperCase(),
    url: query === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`,
    headers,
    body,
  }));
}

function dataOf(option: string, value: string, fromFile: (path: string) => string): string[] {
  if (option === 'data-raw') return [value];
  if (option === 'data' || option === 'data-ascii')
    return [value.startsWith('@') ? fromFile(value.slice(1)).replace(/[\r\n]/g, '') : value];
  if (option === 'data-binary' || option === 'json') return [value.startsWith('@') ? fromFile(value.slice(1)) : value];
  if (option !== 'data-urlencode') return [];
  const [, name = '', sign = '', content = ''] = /^([^=@]*)([=@]?)(.*)$/s.exec(value) ?? [];
  if (sign === '') return [encodeURIComponent(value)];
  const text = encodeURIComponent(sign === '@' ? fromFile(content) : content);
  return [name === '' ? text : `${name}=${text}`];
}

/** `photo=@sea.png;type=image/png`, as curl's --form has it. */
function formField({ option, value }: { option: string; value: string }, folder: string): FormField {
  const [, name = '', content = ''] = /^([^=]*)=(.*)$/s.exec(value) ?? [];
  if (option !== 'form' || !/^[@<]/.test(content)) return { name, content: { text: content } };
  const [file = '', ...settings] = content.slice(1).split(';');
  const said = (key: string) => settings.find((one) => one.startsWith(`${key}=`))?.slice(key.length + 1);
  const more = content.startsWith('@') ? `; filename="${said('filename') ?? basename(file)}"` : '';
  return { name, more, type: said('type'), content: { file: resolve(folder, file) } };
}

function fileText(path: string, { name, line, folder }: { name: string; line: number; folder: string }): string {
  try {
    return readFileSync(resolve(folder, path), 'utf8');
  } catch (cause) {
    throw new UserError(
      'session-file-missing',
      `${name}:${line}: ${path}, which curl sends, cannot be read`,
      `Paths are seen from ${folder}.`,
      {
        cause,
      },
    );
  }
}

function longName(flags: string): string {
  return /--([\w-]+)/.exec(flags)?.[1] ?? flags;
}

function split(words: readonly string[], separator: string): string[][] {
  const groups: string[][] = [[]];
  for (const word of words) {
    if (word === separator) groups.push([]);
    else groups.at(-1)?.push(word);
  }
  return groups;
}
