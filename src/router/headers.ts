import type { IncomingMessage } from 'node:http';
import type { AffinityCookie } from './policies.ts';

/** Tells a client that the router, not an app, made the reply: `refused` or `lost`. Stripped from what apps send. */
export const OUTCOME_HEADER = 'x-share-nothing-outcome';
/** Names the process that answered, when the router tags replies. Stripped from what apps send. */
const SERVED_BY_HEADER = 'x-share-nothing-served-by';

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'transfer-encoding', 'upgrade']);
const ROUTER_ONLY = new Set([OUTCOME_HEADER, SERVED_BY_HEADER]);
/** Framing and addressing are never dropped because a `Connection` field names them. */
const ESSENTIAL = new Set(['host', 'content-length', 'transfer-encoding']);
const WITHOUT_IMPLIED_BODY = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']);

export interface RequestHeaderOptions {
  /** Port of the router, for requests whose `Host` names none. */
  readonly port: number;
  /** Host and port of the app, for HTTP/1.0 requests without `Host`. */
  readonly fallbackHost: string;
  /** Keep `Upgrade` and the `Connection` field that announces it. */
  readonly upgrade: boolean;
  /** Cookie that is the router's own business. */
  readonly withoutCookie: string | null;
}

/**
 * The fields to send upstream as a flat list: order, case and duplicates as received, hop-by-hop fields left out, and
 * `X-Forwarded-*` added where the client sent none.
 */
export function requestHeaders(request: IncomingMessage, options: RequestHeaderOptions): string[] {
  const raw = request.rawHeaders;
  const named = connectionTokens(request.headers.connection);
  const sent: string[] = [];
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const value = raw[index + 1] ?? '';
    const lower = name.toLowerCase();
    if (lower === 'cookie' && options.withoutCookie !== null) {
      const rest = dropCookie(value, options.withoutCookie);
      if (rest !== '') sent.push(name, rest);
    } else if (HOP_BY_HOP.has(lower)) {
      // The body is framed as the client framed it; trailers are passed on, so a wish for them is too.
      if (lower === 'transfer-encoding') sent.push(name, value);
      else if (lower === 'te' && /\btrailers\b/i.test(value)) sent.push(name, 'trailers');
      else if (lower === 'upgrade' && options.upgrade) sent.push(name, value, 'Connection', 'Upgrade');
    } else if (named === null || !named.has(lower)) {
      sent.push(name, value);
    }
  }
  addForwarded(sent, request, options);
  return sent;
}

/** Whether a body follows the header section. */
export function hasBody(request: IncomingMessage): boolean {
  const length = request.headers['content-length'];
  return request.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

export interface ReplyHeaderOptions {
  /** Whether trailers can follow: the reply to this client will be chunked. */
  readonly trailers: boolean;
  readonly servedBy: string | null;
  readonly affinity: AffinityCookie | null;
}

/** The fields to send to the client as a flat list: order, case and duplicates as received, hop-by-hop and forged ones left out. */
export function replyHeaders(raw: readonly string[], options: ReplyHeaderOptions): string[] {
  const sent: string[] = [];
  let named: ReadonlySet<string> | null = null;
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const lower = name.toLowerCase();
    if (lower === 'connection') named = connectionTokens(raw[index + 1]) ?? named;
    if (HOP_BY_HOP.has(lower) || ROUTER_ONLY.has(lower) || (lower === 'trailer' && !options.trailers)) continue;
    sent.push(name, raw[index + 1] ?? '');
  }
  if (options.servedBy !== null) sent.push(SERVED_BY_HEADER, options.servedBy);
  if (options.affinity !== null)
    sent.push('Set-Cookie', `${options.affinity.name}=${options.affinity.value}; Path=/; HttpOnly; SameSite=Lax`);
  return named === null ? sent : without(sent, named);
}

/** Trailer fields as name and value, without forged ones. */
export function trailerPairs(raw: readonly string[]): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] ?? '';
    if (!ROUTER_ONLY.has(name.toLowerCase())) pairs.push([name, raw[index + 1] ?? '']);
  }
  return pairs;
}

/** Header section text of a reply without a `ServerResponse`: for 1xx replies and upgrades. */
export function headText(status: number, reason: string, headers: readonly string[]): string {
  let text = `HTTP/1.1 ${status} ${reason}\r\n`;
  for (let index = 0; index < headers.length; index += 2) {
    if (!ROUTER_ONLY.has((headers[index] ?? '').toLowerCase())) text += `${headers[index]}: ${headers[index + 1]}\r\n`;
  }
  return `${text}\r\n`;
}

/** Fields that a `Connection` field declares hop-by-hop; `null` in the usual case that there are none. */
function connectionTokens(value: string | undefined): ReadonlySet<string> | null {
  if (value === undefined || value === 'keep-alive' || value === 'close') return null;
  const tokens = value
    .toLowerCase()
    .split(',')
    .map((token) => token.trim());
  const fields = tokens.filter((token) => token !== '' && token !== 'close' && !ESSENTIAL.has(token) && !HOP_BY_HOP.has(token));
  return fields.length === 0 ? null : new Set(fields);
}

function dropCookie(header: string, name: string): string {
  if (!header.includes(name)) return header;
  const pairs = header.split(';').filter((pair) => pair.slice(0, pair.indexOf('=')).trim() !== name);
  return pairs.join(';').trim();
}

function addForwarded(sent: string[], request: IncomingMessage, options: RequestHeaderOptions): void {
  const { headers } = request;
  const host = headers.host;
  if (host === undefined) sent.push('Host', options.fallbackHost);
  if (headers['x-forwarded-for'] === undefined) sent.push('X-Forwarded-For', request.socket.remoteAddress ?? 'unknown');
  if (headers['x-forwarded-proto'] === undefined) sent.push('X-Forwarded-Proto', 'http');
  if (headers['x-forwarded-host'] === undefined && host !== undefined) sent.push('X-Forwarded-Host', host);
  if (headers['x-forwarded-port'] === undefined) sent.push('X-Forwarded-Port', portOf(host) ?? String(options.port));
  // Otherwise Node would frame an empty body as chunks.
  if (!WITHOUT_IMPLIED_BODY.has(request.method ?? '') && headers['content-length'] === undefined && !hasBody(request))
    sent.push('Content-Length', '0');
}

function portOf(host: string | undefined): string | null {
  return host === undefined ? null : (/:(\d+)$/.exec(host)?.[1] ?? null);
}

function without(headers: readonly string[], names: ReadonlySet<string>): string[] {
  return headers.filter((_, index) => !names.has((headers[index - (index % 2)] ?? '').toLowerCase()));
}
