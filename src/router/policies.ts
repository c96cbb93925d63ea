import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';

/** A process that can answer: its name (`web.1`) and where it listens (`http://127.0.0.1:20001`, `http://[::1]:20001`). */
export interface Target {
  readonly name: string;
  readonly origin: string;
  /** Opened beforehand and used for one request; by default one is opened when the request comes. */
  readonly connection?: Socket;
}

/** What a policy may look at: the request line and the header fields, names in lower case. */
export interface RoutedRequest {
  readonly method: string;
  /** Path and query exactly as the client sent them. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Address that the client connected from. */
  readonly address?: string;
}

/** Says who answers a request; `null` means nobody, and the client gets a 503. */
export interface Policy {
  (request: RoutedRequest): Target | null;
  /** Name and value of the cookie that a reply from `target` must set so that the visitor comes back to it; `null`: none. */
  readonly affinity?: (request: RoutedRequest, target: Target) => AffinityCookie | null;
  /** Name of the cookie that is between the router and the client, and that no app may see. */
  readonly affinityCookie?: string;
}

/** A cookie that belongs to the router, not to the app. */
export interface AffinityCookie {
  readonly name: string;
  readonly value: string;
}

/** Name of the cookie by which `stickyPolicy` knows a visitor again. */
export const STICKY_COOKIE = 'share-nothing-sticky';

/** Always whoever `current` names at the time of the request: scripted placement. */
export function fixedPolicy(current: () => Target | null): Policy {
  return () => current();
}

/** Any target with equal chance; `random` yields numbers in [0, 1), so the same generator gives the same choices. */
export function randomPolicy(targets: () => readonly Target[], random: () => number): Policy {
  return () => {
    const all = targets();
    return all[Math.floor(random() * all.length)] ?? null;
  };
}

/** Each target in turn, in the order of the list as it is at the time. */
export function roundRobinPolicy(targets: () => readonly Target[]): Policy {
  let next = 0;
  return () => {
    const all = targets();
    if (all.length === 0) return null;
    const index = next % all.length;
    next = index + 1;
    return all[index] ?? null;
  };
}

/** The target named by the visitor's affinity cookie; a visitor without one, or whose target is gone, gets the next in turn. */
export function stickyPolicy(targets: () => readonly Target[]): Policy {
  const next = roundRobinPolicy(targets);
  const known = (request: RoutedRequest): Target | null => {
    const name = cookieValue(request.headers.cookie, STICKY_COOKIE);
    return targets().find((target) => target.name === name) ?? null;
  };
  const affinity = (request: RoutedRequest, target: Target): AffinityCookie | null =>
    cookieValue(request.headers.cookie, STICKY_COOKIE) === target.name ? null : { name: STICKY_COOKIE, value: target.name };
  return Object.assign((request: RoutedRequest) => known(request) ?? next(request), { affinity, affinityCookie: STICKY_COOKIE });
}

/** Any target with equal chance but the one that answered this visitor last, which a cookie remembers. */
export function neverSamePolicy(targets: () => readonly Target[], random: () => number): Policy {
  const choose = (request: RoutedRequest): Target | null => {
    const last = cookieValue(request.headers.cookie, STICKY_COOKIE);
    const others = targets().filter(({ name }) => name !== last);
    return randomPolicy(() => (others.length > 0 ? others : targets()), random)(request);
  };
  const affinity = (_: RoutedRequest, target: Target): AffinityCookie => ({ name: STICKY_COOKIE, value: target.name });
  return Object.assign(choose, { affinity, affinityCookie: STICKY_COOKIE });
}

function cookieValue(header: string | undefined, name: string): string | null {
  for (const pair of header?.split(';') ?? []) {
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return null;
}
