import type { Headers, Reply } from '../model/observation.ts';

/** A request as somebody who looks around would send it. */
export interface Asked {
  /** What a person would call it. */
  readonly title: string;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Names in lower case; cookies and credentials are the visitor's to add. */
  readonly headers: Headers;
  readonly body: { readonly text: string; readonly type: string } | null;
}

export type Answer = Extract<Reply, { outcome: 'answered' }>;

/** A request that was answered. */
export interface Visit {
  readonly asked: Asked;
  readonly reply: Answer;
  /** It came of a redirect of the visit before. */
  readonly isHop: boolean;
  /** It redirects on, and was not followed any further. */
  isLost: boolean;
  /** What it asks for was deleted before, and the app says so, as is meant. */
  isGone: boolean;
  /** Why it counts for nothing: the app refused it. `null`: it did not. */
  refused: string | null;
}

/** Whether the app did what was asked: what is to be part of a session. */
export function isTaken({ refused, reply, isGone }: Visit): boolean {
  return refused === null && (reply.status < 400 || isGone);
}

/** A read of an address. */
export function get(target: string, title: string): Asked {
  return { title, method: 'GET', target, headers: [], body: null };
}

/** Whether a request may change something by its method. */
export function isUnsafe({ method }: Pick<Asked, 'method'>): boolean {
  return !/^(?:GET|HEAD|OPTIONS|QUERY)$/i.test(method);
}

/** The path of a target. */
export function pathOf(target: string): string {
  return target.replace(/[?#].*$/s, '');
}

/** A path in words: `/cart/items` is `Cart items`, `/` is `Home`. Ids are left out. */
export function wordsOf(target: string): string {
  const words = pathOf(target)
    .split('/')
    .filter((part) => /[a-z]{2}/i.test(part) && !/\d{2}|^[0-9a-f-]{8,}$/i.test(part))
    .map((part) => part.replace(/\.\w{1,5}$/, '').replace(/[^\p{L}\p{N}]+/gu, ' '))
    .filter((part) => !/^(?:api|v\d+|index)$/i.test(part.trim()));
  const text = words.join(' ').replace(/\s+/g, ' ').trim().toLowerCase();
  return text === '' ? 'Home' : text.charAt(0).toUpperCase() + text.slice(1);
}
