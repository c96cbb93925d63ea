import { type Headers, header, type Reply } from '../../model/observation.ts';
import { HOST } from './jar.ts';

const STATUSES = new Set([301, 302, 303, 307, 308]);

/** Where a reply to a request for `from` sends the client: a path at the app itself, or `null` if nowhere or to another site. */
export function redirectTarget(reply: Reply, from: string, hosts: readonly string[]): string | null {
  if (reply.outcome !== 'answered' || !STATUSES.has(reply.status)) return null;
  const location = header(reply.headers, 'location');
  return location === undefined ? null : localTarget(location, from, hosts);
}

/** The path and query that an address means when seen at the path `from`; `null` if it lies at another site. */
export function localTarget(address: string, from: string, hosts: readonly string[]): string | null {
  const base = `http://${HOST}`;
  if (!URL.canParse(address, base + from)) return null;
  const url = new URL(address, base + from);
  const web = url.protocol === 'http:' || url.protocol === 'https:';
  return web && (isLoopback(url.hostname) || hosts.includes(url.host)) ? url.pathname + url.search : null;
}

/** Whether a host name means this machine. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[?::1\]?|0\.0\.0\.0)$/i.test(hostname);
}

/** The method of the request that follows a redirect, as browsers have it. */
export function redirectedMethod(method: string, status: number): string {
  if (status === 303 && method !== 'HEAD') return 'GET';
  return (status === 301 || status === 302) && method === 'POST' ? 'GET' : method;
}

/** Header fields that describe a body and go with it. */
export function isBodyHeader(name: string): boolean {
  return /^(content-(type|length|encoding|language|location|disposition)|transfer-encoding)$/i.test(name);
}

/** Header fields without those of a body that is not sent on. */
export function withoutBodyHeaders(headers: Headers): Headers {
  return headers.filter(([name]) => !isBodyHeader(name));
}
