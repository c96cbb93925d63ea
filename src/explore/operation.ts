import type { Headers } from '../model/observation.ts';
import { asWords, type Field } from './values.ts';

/** A call that an app answers, as a page's script or its source names it. */
export interface Operation {
  readonly method: string;
  /** With `{name}` for what is to be filled in. */
  readonly path: string;
  /** Fields of its query that it cannot do without. */
  readonly query: readonly Field[];
  readonly body: BodyOf | null;
  /** What its author calls it; empty: nothing. */
  readonly title: string;
  /** Where it was found, in a word: `scripts`, `server.js`. */
  readonly from: string;
  /** What tells it from others at its address, as a field of GraphQL; by default nothing need. */
  readonly name?: string;
  /** Whether it only asks, whatever its method says. */
  readonly asks?: boolean;
  /** Header fields that it cannot do without. */
  readonly headers?: Headers;
  /** Values for what is to be filled into its path, by name, should the app tell of none. */
  readonly examples?: Readonly<Record<string, string>>;
}

/** What is sent with an operation. */
export interface BodyOf {
  readonly type: 'json' | 'form' | 'multipart';
  /** Names of what it holds; empty if nothing is known. */
  readonly fields: readonly Field[];
  /** A JSON value that its author or its schema gives, to be sent in place of `fields`; in it `NEEDS_ID` stands for what the app must have told. */
  readonly example?: unknown;
}

/** Stands in an example for the id of something that is there. */
export const NEEDS_ID = '{id}';

const METHODS = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|QUERY)$/;

/** `/orders/:id`, `/orders/<int:id>` and `/orders/{id}` alike; `null` for what cannot be asked for. */
function plainPath(written: string): string | null {
  const path = written
    .replace(/^\^|\$$|\/\?$|\\?\/\*$/g, '')
    .replace(/\$\{[^}]*?(\w+)[^\w}]*\}/g, '{$1}')
    .replace(/<(?:\w+:)?(\w+)>/g, '{$1}')
    .replace(/:(\w+)(?:\([^)]*\))?\??/g, '{$1}')
    .replace(/\{(\w+):[^}]*\}/g, '{$1}')
    .replace(/\(\?P?<(\w+)>[^)]*\)/g, '{$1}')
    .replace(/[?#].*$/s, '');
  const rooted = path.startsWith('/') ? path : `/${path}`;
  return /^\/(?:[\w.~@{}+-]+\/?)*$/.test(rooted) && rooted.length <= 200 ? rooted : null;
}

/** An operation without anything but its address; `null` if it cannot be asked for. */
export function operation(method: string, path: string, from: string): Operation | null {
  const plain = plainPath(path);
  const upper = method.toUpperCase();
  if (plain === null || !METHODS.test(upper)) return null;
  return { method: upper, path: plain, query: [], body: null, title: '', from };
}

/** What a list of things and one of them have in common: `/orders` of `/orders/{id}/items`. */
export function collectionOf(path: string): string {
  return path.replace(/\/\{[^}]*\}.*$/s, '').replace(/\/$/, '') || '/';
}

/** What an operation is about, in the singular: `order` of `/api/orders/{id}`. */
export function thingOf(path: string): string {
  const words = path.split('/').filter((part) => /^[a-z][\w-]*$/i.test(part) && !/^(?:api|v\d+|rest)$/i.test(part));
  return singular(asWords(words.at(-1) ?? '')) || 'note';
}

function singular(word: string): string {
  return word
    .replace(/ies$/, 'y')
    .replace(/(ss|x|ch|sh)es$/, '$1')
    .replace(/([^s])s$/, '$1');
}

/** Whether a hole of a path names one of these things: `orderId` an order. */
export function namesThing(hole: string, thing: string): boolean {
  const words = asWords(hole).replace(/ ?(?:id|uuid|key|slug|no|number)$/, '');
  return words === '' || singular(words) === thing;
}
