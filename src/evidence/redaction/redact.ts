import { createHmac, randomBytes } from 'node:crypto';
import { attributeOf, type HtmlTag, readHtml } from '../../markup/html-tokens.ts';
import type { Exchange, Headers, Reply, SentRequest } from '../../model/observation.ts';
import { replaceNamed } from './named-secrets.ts';
import { createProvenance } from './provenance.ts';
import { replaceForms } from './secret-forms.ts';
import { isSecretName } from './secret-names.ts';
import { Secrets } from './secrets.ts';
import { tellsItself, tellsTheTime, unwritten } from './spelling.ts';

/**
 * Replaces secrets by marks that are equal where the secrets were equal, so that evidence can still be judged. Whatever is stored or
 * printed goes through one of them.
 */
export interface Redactor {
  exchange(exchange: Exchange): Exchange;
  /** A text of ours or of the user's, in which there may be something of the app's. */
  text(text: string): string;
  /** What the app has said: what only the app knows is disguised as well. Also all texts of plain data. */
  heard<T>(data: T): T;
  /** The name of a file: known to others, but for what the app has shown before. */
  path(path: string): string;
  /** Plain data with every text in it redacted. */
  all<T>(data: T): T;
  /** The words of a command: what follows `--token` is a secret as well. */
  command(words: readonly string[]): string[];
}

const MARK = /^redacted-[0-9a-f]{12}s?$/;
/** Pages are read for secret fields only where they have fields. */
const HAS_FIELDS = /<(?:input|meta)[\s/]/i;
/** Shorter secrets are hidden in their own field only, unless the client sent them: elsewhere they might be any word. */
const MIN_ANYWHERE = 8;
const MIN_SENT = 3;

type Mark = (secret: string) => string;

export interface RedactorOptions {
  /** Texts that others than the app know, such as those of session files. Default none. */
  readonly open?: readonly string[];
  /** What only the app knows is shown. Default `false`. */
  readonly showValues?: boolean;
}

/**
 * A redactor for one audit. Its marks are made with a key that is drawn for it and never stored, so that nobody can try out which secret
 * gives a mark. `known` are secrets given beforehand, such as values of the app's environment. Secrets met in one reply are hidden in
 * everything that follows too; what the client sent as a secret, however short (from three characters), as a word anywhere.
 */
export function createRedactor(known: readonly string[], { open = [], showValues = false }: RedactorOptions = {}): Redactor {
  const key = randomBytes(32);
  const provenance = showValues ? null : createProvenance(key);
  const hide = (one: string) => provenance?.hide(one) ?? one;
  const secrets = new Secrets({ least: MIN_ANYWHERE });
  const short = new Secrets({ least: MIN_SENT, most: MIN_ANYWHERE - 1, words: true });
  const marks = new Map<string, string>();
  const mark: Mark = (secret) => {
    if (secret === '' || MARK.test(secret)) return secret;
    // The time is no secret: hidden where it stands elsewhere, it would look like something that the visitor was given.
    if (!tellsTheTime(secret)) secrets.add(secret);
    const digest = () => createHmac('sha256', key).update(secret).digest('hex').slice(0, 12);
    const made = marks.get(secret) ?? `redacted-${digest()}${tellsItself(secret) ? 's' : ''}`;
    marks.set(secret, made);
    return made;
  };
  const keyed = (digest: string) => createHmac('sha256', key).update(digest).digest('hex');
  const sent: Mark = (secret) => {
    if (!MARK.test(secret)) short.add(secret);
    // As a form has written it.
    if (secret.includes('+')) mark(secret.replaceAll('+', ' '));
    return mark(secret);
  };
  for (const secret of known) sent(secret);
  const inPlace = (text: string) => (secret: string, start: number, end: number) =>
    isJsonNumber(text, start, end) ? `"${mark(secret)}"` : mark(secret);
  const byValue = (text: string) => {
    const plain = secrets.replace(text, inPlace(text));
    return short.replace(plain, inPlace(plain));
  };
  const through = (text: string, replace: Mark) => {
    const plain = replaceForms(replaceNamed(text, unwritten(replace)), replace);
    return byValue(HAS_FIELDS.test(plain) ? pageFields(plain, replace) : plain);
  };
  const text = (one: string) => through(one, mark);
  const heard = (one: string) => hide(text(one));
  const learn = (one: string) => provenance?.learn(one);
  for (const one of open) learn(text(one));
  const command = (words: readonly string[]) =>
    words.map((word, index) => (isFlag(words[index - 1] ?? '') && !word.startsWith('-') ? sent(word) : through(word, sent)));
  const all = (data: unknown, each: (text: string) => string): unknown => {
    if (typeof data === 'string') return each(data);
    if (Array.isArray(data)) return data.map((item) => all(item, each));
    if (typeof data !== 'object' || data === null) return data;
    return Object.fromEntries(
      Object.entries(data).map(([name, value]) => {
        if (name === 'command' && isWords(value)) return [name, command(value)];
        // The last lines of a process.
        return [name, all(value, name === 'output' ? heard : each)];
      }),
    );
  };
  const path = (one: string) => {
    const plain = text(one);
    learn(plain);
    return hide(plain);
  };
  return {
    text,
    command,
    path,
    heard: <T>(data: T) => all(data, heard) as T,
    all: <T>(data: T) => all(data, text) as T,
    exchange: ({ request, reply, ...rest }) => {
      // What is sent is read first, in whole: parts of it may come back in others.
      const own = redactRequest(request, { mark, secret: sent, text: (one) => through(one, sent) });
      for (const one of [own.target, ...own.headers.map(([, value]) => value), own.body]) learn(one);
      const shown = { ...own, target: hide(own.target), headers: hiddenIn(own.headers, hide), body: hide(own.body) };
      return { ...rest, request: shown, reply: redactReply(reply, { mark, secret: mark, text, keyed, hide }) };
    },
  };
}

/** Fields of which a standard says what their values may be: no secrets. */
const PUBLIC_FIELD =
  /^(?:age|cache-control|content-(?:length|range)|date|expires|host|keep-alive|last-modified|retry-after|strict-transport-security|x-forwarded-(?:for|host|port|proto))$/;

function hiddenIn(list: Headers, hide: (text: string) => string): Headers {
  return list.map(([name, value]) => [hide(name), PUBLIC_FIELD.test(name) ? value : hide(value)] as const);
}

interface Means {
  readonly mark: Mark;
  /** For what is certain to be a secret. */
  readonly secret: Mark;
  readonly text: (text: string) => string;
}

function redactRequest({ method, target, headers, body }: SentRequest, means: Means): SentRequest {
  const { text } = means;
  const shown = fields(headers, means);
  const [ownBody, ownTarget] = [text(body), text(target)];
  return { method, target: ownTarget, headers: each(shown, text), body: ownBody };
}

function redactReply(reply: Reply, means: Means & { keyed(digest: string): string; hide(text: string): string }): Reply {
  const { text, keyed, hide } = means;
  if (reply.outcome !== 'answered') {
    const { reason, output } = reply;
    return { ...reply, reason: text(reason), ...(output === undefined ? {} : { output: output.map((line) => hide(text(line))) }) };
  }
  const shown = hiddenIn(each(fields(reply.headers, means), text), hide);
  const { body } = reply;
  // Of a short secret, and nothing else, a plain hash could be tried out.
  return { ...reply, headers: shown, body: { ...body, text: hide(text(body.text)), digest: keyed(body.digest) } };
}

/** Whether digits in a text are a number of JSON, which must stay JSON. */
function isJsonNumber(text: string, start: number, end: number): boolean {
  if (!/^-?\d+$/.test(text.slice(start, end))) return false;
  return /[:,[]\s?$/.test(text.slice(Math.max(0, start - 2), start)) && /^\s?[,}\]]/.test(text.slice(end, end + 2));
}

function isFlag(word: string): boolean {
  return /^--?[a-z]/i.test(word) && !word.includes('=') && isSecretName(word);
}

function isWords(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((word) => typeof word === 'string');
}

function each(list: Headers, change: (value: string) => string): Headers {
  return list.map(([name, value]) => [name, change(value)] as const);
}

/** Header fields whose names say that they hold secrets. */
function fields(list: Headers, means: Means): Headers {
  const { mark, secret } = means;
  return list.map(([name, value]) => {
    if (name === 'cookie') return [name, cookies(value, means)] as const;
    if (name === 'set-cookie')
      return [name, value.replace(/^([^=;]*)=([^;]*)/, (_, key: string, set: string) => `${key}=${mark(set)}`)] as const;
    if (name === 'authorization' || name === 'proxy-authorization') return [name, credentials(value, secret)] as const;
    return [name, isSecretName(name) ? secret(value) : value] as const;
  });
}

/** Values of cookies; short ones are hidden here alone (`theme=dark`), unless the cookie's name says that they are secret. */
function cookies(value: string, { mark, secret }: Means): string {
  return value.replace(
    /([^=;\s]*)=([^;]*)/g,
    (_, name: string, sent: string) => `${name}=${(isSecretName(name) ? secret : mark)(sent)}`,
  );
}

/** `Bearer …`, `Basic …`, `Digest …`: everything after the scheme. The password of the second is a secret of its own. */
function credentials(value: string, mark: Mark): string {
  const [, scheme = '', rest = value] = /^([\w-]{1,40}\s+)(.*)$/s.exec(value) ?? [];
  const [, password] = /^basic/i.test(scheme) ? (/^[^:]*:(.*)$/s.exec(plainOf(rest)) ?? []) : [];
  if (password !== undefined) mark(password);
  return scheme + mark(rest);
}

function plainOf(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

function pageFields(html: string, mark: Mark): string {
  const parts: string[] = [];
  let copied = 0;
  readHtml(html, {
    open(tag) {
      const value = isSecretTag(tag) ? tag.attributes.find(({ name }) => name === 'value' || name === 'content') : undefined;
      if (value === undefined) return;
      parts.push(html.slice(copied, value.start), mark(html.slice(value.start, value.end)));
      copied = value.end;
    },
  });
  return parts.join('') + html.slice(copied);
}

function isSecretTag(tag: HtmlTag): boolean {
  if (tag.name !== 'input' && tag.name !== 'meta') return false;
  return isSecretName(attributeOf(tag, 'name') ?? '') || /^password$/i.test(attributeOf(tag, 'type') ?? '');
}
