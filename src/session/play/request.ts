import { readFile } from 'node:fs/promises';
import { UserError } from '../../errors.ts';
import { type Headers, header, type SentRequest } from '../../model/observation.ts';
import type { BodyTemplate, Step } from '../../model/session.ts';
import { HOST } from './jar.ts';
import { isLoopback } from './redirect.ts';
import { render, urlEncoded, type Values } from './template.ts';
import type { WireRequest } from './transport.ts';

/** Framing and addressing are the player's business, and undici refuses a caller who meddles with them. */
const OWN_HEADERS =
  /^(host|content-length|connection|keep-alive|proxy-connection|proxy-authenticate|transfer-encoding|te|trailer|upgrade|expect|http2-settings)$/i;

/** Whether a header field of a session is left to the player. */
export function isOwnHeader(name: string): boolean {
  return OWN_HEADERS.test(name) || name.startsWith(':');
}

/** The request of a step with its holes filled, without the jar's cookies. Throws `UserError` if a body file is gone. */
export async function prepare(step: Step, values: Values): Promise<WireRequest> {
  const headers = step.headers
    .filter(([name]) => !isOwnHeader(name))
    .map(([name, value]) => [name.toLowerCase(), headerValue(name, render(value, values), step.scheme)] as const);
  return {
    method: step.method,
    target: wireTarget(render(step.target, values)),
    headers: withDefaults(headers),
    body: step.body === null ? null : await bodyBytes(step.body, values, isForm(headers)),
  };
}

export interface Visitor {
  /** What his jar holds for the request. */
  readonly cookies: string;
  readonly address: string;
  readonly scheme: Step['scheme'];
}

/** The same request as sent by a visitor, past a router that may have ended TLS. */
export function withVisitor(request: WireRequest, { cookies, address, scheme }: Visitor): WireRequest {
  const own = header(request.headers, 'cookie');
  const cookie = [own, cookies].filter((part) => part !== undefined && part !== '').join('; ');
  const others = request.headers.filter(([name]) => name !== 'cookie');
  const headers: Headers = [['host', HOST], ...others, ...(cookie === '' ? [] : [['cookie', asBytes(cookie)] as const])];
  const forwarded = [
    ['x-forwarded-for', address] as const,
    ...(scheme === 'https' ? [['x-forwarded-proto', scheme] as const] : []),
  ];
  const missing = forwarded.filter(([name]) => header(headers, name) === undefined);
  return { ...request, headers: [...headers, ...missing] };
}

/** A request as evidence keeps it: at most `maxBytes` of its body. */
export function asSent({ method, target, headers, body }: WireRequest, maxBytes: number): SentRequest {
  return { method, target, headers, body: body === null ? '' : body.toString('utf8', 0, maxBytes) };
}

/** Path and query as they may stand in a request line: no origin, no fragment, nothing that HTTP forbids. */
export function wireTarget(text: string): string {
  const local = text
    .trim()
    .replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '')
    .replace(/#.*$/s, '');
  const path = local.startsWith('/') ? local : `/${local}`;
  return path.replace(NOT_IN_URLS, urlEncoded);
}

/** What may stand neither in a request's target nor in a form that is sent encoded. */
const NOT_IN_URLS = /%(?![0-9a-f]{2})|[^\w!$%&'()*+,./:;=?@[\]~-]/giu;

function isForm(headers: Headers): boolean {
  return /urlencoded/i.test(header(headers, 'content-type') ?? '');
}

function withDefaults(headers: Headers): Headers {
  const defaults = [
    ['accept', '*/*'],
    ['user-agent', 'share-nothing'],
  ] as const;
  return [...headers, ...defaults.filter(([name]) => header(headers, name) === undefined)];
}

function headerValue(name: string, value: string, scheme: Step['scheme']): string {
  return asBytes(
    /^authorization$/i.test(name) ? basic(value) : /^(origin|referer)$/i.test(name) ? atHost(value, scheme) : value.trim(),
  );
}

/** `Basic user password` and `Basic user:password` are written out in editors and encoded on the wire. */
function basic(value: string): string {
  const match = /^Basic\s+(?:([^\s:]+)\s+(\S+)|([^\s:]+:.*))$/i.exec(value.trim());
  if (match === null) return value.trim();
  return `Basic ${Buffer.from(match[3] ?? `${match[1]}:${match[2]}`).toString('base64')}`;
}

/** Origins of this machine become the host that is visited: apps compare `Origin` with `Host` to tell forgeries. */
function atHost(value: string, scheme: Step['scheme']): string {
  const site = `${scheme}://${HOST}`;
  const own = /^\s*(?:https?:\/\/)?\{\{[^}]*\}\}/.exec(value);
  if (own !== null) return `${site}${value.slice(own[0].length)}`;
  if (!URL.canParse(value)) return value.trim();
  const url = new URL(value);
  return isLoopback(url.hostname) ? value.trim().replace(/^https?:\/\/[^/?#]*/i, site) : value.trim();
}

/** UTF-8 as the Latin-1 string that carries its bytes; line breaks and controls cannot be sent and are left out. */
function asBytes(value: string): string {
  return Buffer.from(value, 'utf8')
    .toString('latin1')
    .replace(/[^\t -~\u0080-\u00ff]/g, '');
}

/** The bytes of a body. What a form holds that may not stand in one is encoded, as editors do it. */
async function bodyBytes(body: BodyTemplate, values: Values, isForm: boolean): Promise<Buffer> {
  if (body.kind === 'text') {
    const text = render(body.text, values);
    return Buffer.from(isForm ? text.replace(NOT_IN_URLS, urlEncoded) : text);
  }
  const parts = await Promise.all(
    body.parts.map((part) => ('file' in part ? fileBytes(part.file) : Promise.resolve(Buffer.from(render(part.text, values))))),
  );
  return Buffer.concat(parts);
}

async function fileBytes(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new UserError(
      'session-file-missing',
      `the body file ${file} cannot be read`,
      'Put it back, or mend the path in the session.',
      { cause },
    );
  }
}
