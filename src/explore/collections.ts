import { type Headers, header, type Reply } from '../model/observation.ts';
import { parseJson } from '../session/play/capture.ts';
import { type Answer, get, pathOf, type Visit } from './asked.ts';
import { type Operation, operation } from './operation.ts';
import type { Field } from './values.ts';

/** What the app gives a thing, and takes from nobody. */
const GIVEN = /^(?:_?id|uuid|_rev|__v|href|links?|_links|self|(?:created|updated|modified)(?:_?at|_?on)?|.*_(?:at|id)|[a-z]+Id)$/;
const MAX_FIELDS = 12;
const MAX_LISTS = 10;
/** What a page elsewhere would say before it writes: some apps tell their methods to nobody else. */
export const PREFLIGHT: Headers = [
  ['origin', 'http://localhost'],
  ['access-control-request-method', 'POST'],
];

/** Lists of JSON, and what the app lets be done with them. */
export interface Lists {
  /** Where lists are that a reply shows, and what can be done with the list that it is. The app is asked once for each. */
  learn(visit: Visit): Promise<{ readonly addresses: readonly string[]; readonly operations: readonly Operation[] }>;
}

/** No list known yet. `aside`: asks for what is no step of the session. */
export function createLists(aside: (method: string, target: string) => Promise<Reply>): Lists {
  const [lists, guessed] = [new Set<string>(), new Set<string>()];
  const isNew = (known: Set<string>, path: string) => known.size < MAX_LISTS && known.size < known.add(path).size;
  return {
    async learn(visit) {
      const addresses: string[] = [];
      for (const address of addressesOfLists(visit).filter((one) => isNew(guessed, one))) {
        const reply = await aside('GET', address);
        const isThere = reply.outcome === 'answered' && listedIn({ asked: get(address, ''), reply }) !== null;
        if (isThere) addresses.push(address);
      }
      const things = listedIn(visit);
      const path = pathOf(visit.asked.target);
      if (things === null || !isNew(lists, path)) return { addresses, operations: [] };
      const id = idOf(things[0]);
      const allowed = methodsIn(await aside('OPTIONS', path));
      const ofOne = id === null ? [] : methodsIn(await aside('OPTIONS', `${path.replace(/\/$/, '')}/${encodeURIComponent(id)}`));
      return { addresses, operations: operationsOn(visit, things, new Set([...allowed, ...ofOne])) };
    },
  };
}

/** Things that a reply lists as JSON; `null`: it lists none. */
function listedIn({ asked, reply }: Pick<Visit, 'asked' | 'reply'>): readonly unknown[] | null {
  if (asked.method !== 'GET' || asked.target.includes('?')) return null;
  const value = jsonIn(reply);
  return isList(value) ? value : null;
}

/** Where the lists of an object may be found by themselves: `/posts` of `{"posts": […]}` at `/db`. */
function addressesOfLists({ asked, reply }: Visit): string[] {
  const value = asked.method === 'GET' ? jsonIn(reply) : undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const folder = pathOf(asked.target).replace(/[^/]*$/, '');
  return Object.entries(value).flatMap(([name, inner]) =>
    isList(inner) && inner.length > 0 && /^[\w-]{1,60}$/.test(name) ? [folder + name] : [],
  );
}

function jsonIn({ status, headers, body }: Answer): unknown {
  const isJson = status === 200 && /\bjson\b/i.test(header(headers, 'content-type') ?? '');
  return isJson ? parseJson(body.text) : undefined;
}

function isList(value: unknown): value is readonly object[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null);
}

/**
 * What can be done with a list and its things, as the app answers OPTIONS (RFC 9110, 9.3.7 and 10.2.1; Fetch, 3.2.3): one made like those
 * that are there, changed, and deleted.
 */
function operationsOn({ asked }: Visit, things: readonly unknown[], methods: ReadonlySet<string>): Operation[] {
  const path = pathOf(asked.target).replace(/\/$/, '');
  const fields = fieldsOf(things[0]);
  const isKnown = fields.length > 0;
  const one = (method: string, at: string): Operation[] => {
    const found = methods.has(method) ? operation(method, at, 'OPTIONS') : null;
    if (found === null) return [];
    return [method === 'DELETE' ? found : { ...found, body: { type: 'json', fields } }];
  };
  const change = methods.has('PATCH') ? 'PATCH' : 'PUT';
  return [...one('POST', path), ...(isKnown ? one(change, `${path}/{id}`) : []), ...one('DELETE', `${path}/{id}`)];
}

function methodsIn(allowed: Reply): string[] {
  if (allowed.outcome !== 'answered' || allowed.status >= 400) return [];
  const named = ['allow', 'access-control-allow-methods'].map((name) => header(allowed.headers, name) ?? '').join(',');
  return named.toUpperCase().split(/[\s,]+/);
}

/** What a thing of a list is asked for by; `null`: it does not say. */
function idOf(thing: unknown): string | null {
  const named = Object.entries(thing ?? {}).find(([name]) => /^(?:_?id|uuid|slug|key)$/.test(name))?.[1];
  return typeof named === 'string' || typeof named === 'number' ? String(named) : null;
}

/** What a new thing would be given, after one that is there. */
function fieldsOf(thing: unknown): Field[] {
  return Object.entries(thing ?? {})
    .filter(([name, value]) => !GIVEN.test(name) && ['string', 'number', 'boolean'].includes(typeof value))
    .slice(0, MAX_FIELDS)
    .map(([name, value]) => ({ name, type: typeof value }));
}
