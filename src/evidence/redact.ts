import { createHmac } from 'node:crypto';
import { attributeOf, type HtmlTag, readHtml } from '../markup/html-tokens.ts';
import type { Exchange, Headers, Reply } from '../model/observation.ts';
import { Secrets } from './secrets.ts';

/** Replaces secrets by marks that are equal where the secrets were equal, so that evidence can still be judged. */
export interface Redactor {
  exchange(exchange: Exchange): Exchange;
  text(text: string): string;
}

const SECRET_HEADER =
  /^(authorization|proxy-authorization|cookie|x-api-key|api-key|x-auth-token|x-csrf-token|x-xsrf-token|mcp-session-id)$/;
const SECRET_NAME =
  /pass(word|wd|phrase)?$|secret|token|api[-_]?key|credential|session_?id$|^sid$|csrf|xsrf|^otp$|^code_verifier$|private_?key|authenticity/i;
const JWT = /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?/g;
/** Pages are read for secret fields only where they have fields. */
const HAS_FIELDS = /<(?:input|meta)[\s/]/i;

/**
 * A redactor for one audit. `key` makes the marks; it is never stored. `known` are secrets given beforehand, such as values
 * of the app's environment. Secrets met in one reply are hidden in everything that follows too.
 */
export function createRedactor(key: string, known: readonly string[]): Redactor {
  const secrets = new Secrets();
  for (const secret of known) secrets.add(secret);
  const marks = new Map<string, string>();
  const mark = (secret: string) => {
    if (secret === '' || /^redacted-[0-9a-f]{12}s?$/.test(secret)) return secret;
    secrets.add(secret);
    const digest = () => createHmac('sha256', key).update(secret).digest('hex').slice(0, 12);
    const made = marks.get(secret) ?? `redacted-${digest()}${tellsItself(secret) ? 's' : ''}`;
    marks.set(secret, made);
    return made;
  };
  const anywhere = (text: string) => secrets.replace(text.replace(JWT, mark), mark);
  const body = (text: string) => anywhere(fields(text, mark));
  return {
    text: body,
    exchange: ({ request, reply, ...rest }) => {
      const sent = headers(request.headers, mark);
      const received = reply.outcome === 'answered' ? headers(reply.headers, mark) : [];
      return {
        ...rest,
        request: {
          method: request.method,
          target: anywhere(query(request.target, mark)),
          headers: each(sent, anywhere),
          body: body(request.body),
        },
        reply: redactReply(reply, { received, anywhere, body, mark }),
      };
    },
  };
}

interface Means {
  readonly received: Headers;
  readonly anywhere: (text: string) => string;
  readonly body: (text: string) => string;
  readonly mark: (secret: string) => string;
}

/** Whether the secret carries its content with it (JSON in base64, as a JWT or a signed cookie does), so that no store is needed to read it. */
function tellsItself(secret: string): boolean {
  return /(^|[^A-Za-z0-9])eyJ[A-Za-z0-9_-]{6,}/.test(secret);
}

function redactReply(reply: Reply, { received, anywhere, body, mark }: Means): Reply {
  if (reply.outcome !== 'answered') {
    const { reason, output } = reply;
    return { ...reply, reason: anywhere(reason), ...(output === undefined ? {} : { output: output.map(anywhere) }) };
  }
  const shown = each(received, (value) => anywhere(query(value, mark)));
  return { ...reply, headers: shown, body: { ...reply.body, text: body(reply.body.text) } };
}

function each(list: Headers, change: (value: string) => string): Headers {
  return list.map(([name, value]) => [name, change(value)] as const);
}

function headers(list: Headers, mark: (secret: string) => string): Headers {
  return list.map(([name, value]) => {
    if (name === 'cookie') return [name, value.replace(/=([^;]*)/g, (_, secret: string) => `=${mark(secret)}`)] as const;
    if (name === 'set-cookie')
      return [name, value.replace(/^([^=;]*)=([^;]*)/, (_, key: string, secret: string) => `${key}=${mark(secret)}`)] as const;
    if (SECRET_HEADER.test(name)) return [name, lastWord(value, mark)] as const;
    return [name, value] as const;
  });
}

/** Secret query parameters of a target or of a redirect's address. */
function query(target: string, mark: (secret: string) => string): string {
  return target.replace(/([?&])([^=&#?]+)=([^&#]*)/g, (whole, lead: string, name: string, value: string) =>
    SECRET_NAME.test(name) ? `${lead}${name}=${mark(value)}` : whole,
  );
}

/** The last word of a header field, which is the credential in `Bearer …`. */
function lastWord(value: string, change: (word: string) => string): string {
  const trimmed = value.trimEnd();
  const start = Math.max(trimmed.lastIndexOf(' '), trimmed.lastIndexOf('\t')) + 1;
  return trimmed.slice(0, start) + change(trimmed.slice(start));
}

/** Secret members of JSON, of forms and of HTML inputs and meta tags, found by name without parsing. */
function fields(text: string, mark: (secret: string) => string): string {
  const plain = text
    .replace(/"([^"\\]{1,64})"(\s*:\s*)"((?:[^"\\]|\\.)*)"/g, (whole, name: string, colon: string, value: string) =>
      SECRET_NAME.test(name) ? `"${name}"${colon}"${mark(value)}"` : whole,
    )
    .replace(/(^|&)([^=&\s]{1,64})=([^&\s]*)/g, (whole, lead: string, name: string, value: string) =>
      SECRET_NAME.test(name) ? `${lead}${name}=${mark(value)}` : whole,
    );
  return HAS_FIELDS.test(plain) ? pageFields(plain, mark) : plain;
}

function pageFields(html: string, mark: (secret: string) => string): string {
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
  return SECRET_NAME.test(attributeOf(tag, 'name') ?? '') || /^password$/i.test(attributeOf(tag, 'type') ?? '');
}
