import type { Answer, Asked } from '../asked.ts';
import type { Identity } from '../identity.ts';
import type { Operation } from '../operation.ts';
import { type Ask, findDescription, namedDescription, readOf } from './find-description.ts';
import { GRAPHQL_ADDRESSES, introspection, readSchema } from './graphql.ts';
import { readDescription } from './openapi.ts';

/** So many reads tell where a description's paths begin. */
const MAX_PROBES = 3;

export interface KnownOptions {
  /** Asks the app once, and gives what it answered; `null`: nothing. `keyField`: the field that takes a key, as far as is known. */
  readonly send: (asked: Asked, keyField: string | null) => Promise<Answer | null>;
  /** The app's folder; absolute. */
  readonly folder: string;
  /** A file or an address that the user names; `null`: what is found. */
  readonly named: string | null;
  /** Whether the app may answer GraphQL. */
  readonly mayBeGraphql: boolean;
  readonly who: Identity;
}

/** What an app's descriptions say of it. */
export interface Known {
  readonly operations: readonly Operation[];
  /** The header field that takes a key; `null`: none does, as far as is known. */
  readonly keyField: string | null;
  /** Whether a path that the source names is described, or holds the description. */
  describes(path: string): boolean;
}

/** Operations that an app describes itself: OpenAPI that is named or found, and GraphQL by introspection. Throws a UserError for a named one that cannot be read. */
export async function knownOperations({ send, folder, named, mayBeGraphql, who }: KnownOptions): Promise<Known> {
  const ask: Ask = async (target) => {
    const reply = await send(readOf(target), null);
    return reply?.status === 200 ? reply : null;
  };
  const found = named === null ? await findDescription(folder, ask) : await namedDescription(named, folder, ask);
  const described = found === null ? null : readDescription(found.spec, { who, from: found.from });
  const base = described === null ? '' : await baseOf(described, send);
  const rest = (described?.operations ?? []).map((one) => ({ ...one, path: `${base}${one.path}` }));
  const graphql = mayBeGraphql || (await speaksOfGraphql(send)) ? await graphqlOf(send, who) : [];
  const operations = [...graphql, ...rest];
  const shapes = new Set([...operations.map(({ path }) => shapeOf(path)), ...(found === null ? [] : [found.from])]);
  return { operations, keyField: described?.keyField ?? null, describes: (path) => shapes.has(shapeOf(path)) };
}

/** A path, whatever it calls what is to be filled in. */
function shapeOf(path: string): string {
  return path.replace(/\{[^}]*\}/g, '{}').replace(/\/$/, '');
}

/** Beneath which of the paths that a description names the app answers: what is written there is often a gateway's. */
async function baseOf(
  { operations, bases, keyField }: ReturnType<typeof readDescription>,
  send: KnownOptions['send'],
): Promise<string> {
  const [first = ''] = bases;
  const probes = operations.filter(({ method, path }) => method === 'GET' && !path.includes('{')).slice(0, MAX_PROBES);
  if (bases.length === 1) return first;
  for (const base of bases)
    for (const { path, query } of probes) {
      const search = query.flatMap(({ name, options: [value = ''] = [] }): [string, string][] => [[name, value]]);
      const reply = await send(readOf(`${base}${path}${search.length === 0 ? '' : `?${new URLSearchParams(search)}`}`), keyField);
      if (reply !== null && reply.status !== 404) return base;
    }
  return first;
}

/** Whether the first page of the app names it, as those do that let people try it out. */
async function speaksOfGraphql(send: KnownOptions['send']): Promise<boolean> {
  const home = await send(readOf('/'), null);
  return home !== null && /graphi?ql/i.test(home.body.text);
}

async function graphqlOf(send: KnownOptions['send'], who: Identity): Promise<Operation[]> {
  for (const target of GRAPHQL_ADDRESSES) {
    const reply = await send(introspection(target), null);
    const operations = reply === null ? null : readSchema(reply.body.text, target, who);
    if (operations !== null) return operations;
  }
  return [];
}
