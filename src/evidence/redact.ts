import { createHmac } from 'node:crypto';
import type { Exchange, Headers, Reply } from '../model/observation.ts';

/** Replaces secrets by marks that are equal where the secrets were equal, so that evidence can still be judged. */
export interface Redactor {
  exchange(exchange: Exchange): Exchange;
  text(text: string): string;
}

const SECRET_HEADER =
  /^(authorization|proxy-authorization|cookie|x-api-key|api-key|x-auth-token|x-csrf-token|x-xsrf-token|mcp-session-id)$/;
const SECRET_NAME =
  /pass(word|wd|phrase)?$|secret|token|api[-_]?key|credential|session_?id$|^sid$|csrf|xsrf|^otp$|^code_verifier$|private_?key|authenticity/i;
const JWT = /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?/g;
/** Shorter secrets are hidden in their own field only: elsewhere they might be any word. */
const MIN_ANYWHERE = 8;

/**
 * A redactor for one audit. `key` makes the marks; it is never stored. `known` are secrets given beforehand, such as values
 * of the app's environment. Secrets met in one reply are hidden in everything that follows too.
 */
export function createRedactor(key: string, known: readonly string[]): Redactor {
  const secrets = new Set(known.filter((secret) => secret.length >= MIN_ANYWHERE));
  const mark = (secret: string) => {
    if (secret === '' || /^redacted-[0-9a-f]{12}s?$/.test(secret)) return secret;
    if (secret.length >= MIN_ANYWHERE) secrets.add(secret);
    const digest = createHmac('sha256', key).update(secret).digest('hex').slice(0, 12);
    return `redacted-${digest}${tellsItself(secret) ? 's' : ''}`;
  };
  const anywhere = (text: string) => {
    let result = text.replace(JWT, mark);
    for (const secret of [...secrets].sort((a, b) => b.length - a.length)) {
      for (const form of new Set([secret, encodeURIComponent(secret)]))
        if (result.includes(form)) result = result.replaceAll(form, mark(secret));
    }
    return result;
  };
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
  if (reply.outcome !== 'answered') return { ...reply, reason: anywhere(reply.reason) };
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
    if (SECRET_HEADER.test(name)) return [name, value.replace(/\S+$/, mark)] as const;
    return [name, value] as const;
  });
}

/** Secret query parameters of a target or of a redirect's address. */
function query(target: string, mark: (secret: string) => string): string {
  return target.replace(/([?&])([^=&#]+)=([^&#]*)/g, (whole, lead: string, name: string, value: string) =>
    SECRET_NAME.test(name) ? `${lead}${name}=${mark(value)}` : whole,
  );
}

/** Secret members of JSON, of forms and of HTML inputs and meta tags, found by name without parsing. */
function fields(text: string, mark: (secret: string) => string): string {
  return text
    .replace(/"([^"\\]{1,64})"(\s*:\s*)"((?:[^"\\]|\\.)*)"/g, (whole, name: string, colon: string, value: string) =>
      SECRET_NAME.test(name) ? `"${name}"${colon}"${mark(value)}"` : whole,
    )
    .replace(/(^|&)([^=&\s]{1,64})=([^&\s]*)/g, (whole, lead: string, name: string, value: string) =>
      SECRET_NAME.test(name) ? `${lead}${name}=${mark(value)}` : whole,
    )
    .replace(/<(?:input|meta)\b[^>]*>/gi, (tag) =>
      secretTag(tag)
        ? tag.replace(
            /\b(value|content)=("|')(.*?)\2/i,
            (_, attribute: string, quote: string, value: string) => `${attribute}=${quote}${mark(value)}${quote}`,
          )
        : tag,
    );
}

function secretTag(tag: string): boolean {
  const name = /\bname=("|')?([^"'\s>]+)/i.exec(tag)?.[2] ?? '';
  return SECRET_NAME.test(name) || /type=("|')?password/i.test(tag);
}
