import { type Asked, get, isTaken, isUnsafe, pathOf, type Visit, wordsOf } from './asked.ts';
import { collectionOf } from './operation.ts';

/** So many queries of GraphQL are asked again after a mutation. */
const MAX_QUERIES = 2;

/** What shows a write, of what was read before it. */
export interface Readings {
  /** In the order they are to be asked for. */
  readonly again: readonly Asked[];
  /** What the write has deleted, and was there before; `null`: nothing. */
  readonly deleted: Asked | null;
}

/** What is to be read again after a write. `last`: what the write led to; `id`: what the visitor's own things are known by. */
export function readingsAfter(visits: readonly Visit[], { sent, last, id }: { sent: Visit; last: Visit; id: string }): Readings {
  const own = pathOf(sent.asked.target);
  const isDelete = sent.asked.method === 'DELETE';
  const all = [own, collectionOf(own.replace(/\/[^/]*\d[^/]*(?=\/|$)/g, '/{id}')), own.replace(/\/[^/]+\/?$/, '')];
  // What is gone is seen in the list of what is left.
  const lists = isDelete ? all.slice(1) : all;
  const readOf = (path: string) =>
    visits.findLast((visit) => visit.asked.method === 'GET' && isTaken(visit) && pathOf(visit.asked.target) === path)?.asked;
  const read = lists.map(readOf).find((asked) => asked !== undefined);
  const isShown = !isUnsafe(last.asked) && last.asked.target === read?.target;
  const deleted = isDelete ? readOf(own) : undefined;
  return {
    again: [...(read === undefined || isShown ? [] : [plain(read)]), ...queriesAfter(visits, sent, id)],
    deleted: deleted === undefined ? null : { ...plain(deleted), title: `${deleted.title}: gone` },
  };
}

/** What was read before the last write, and not since but where a redirect led there; the oldest first. */
export function oldReadings(visits: readonly Visit[]): Asked[] {
  const written = visits.findLastIndex(({ asked, refused }) => refused === null && isUnsafe(asked));
  if (written === -1) return [];
  const fresh = new Set(visits.slice(written + 1).flatMap(({ asked, isHop }) => (isHop ? [] : [asked.target])));
  const old = new Map<string, Visit>();
  for (const visit of visits) {
    const { target } = visit.asked;
    if (isRead(visit) && !fresh.has(target) && old.get(target)?.isHop !== false) old.set(target, visit);
  }
  return [...old.values()].map((visit) => (visit.isHop ? byItself(visit) : plain(visit.asked)));
}

/** The page that a redirect has led to, where that was the last thing that was seen; `null`: it was not. */
export function ledTo(visits: readonly Visit[]): Asked | null {
  const last = visits.at(-1);
  return last?.isHop === true && isRead(last) ? byItself(last) : null;
}

function isRead({ asked, reply, refused }: Visit): boolean {
  return asked.method === 'GET' && refused === null && reply.status === 200;
}

/** A page that a redirect led to, asked for without it: it is not called as what redirected. */
function byItself({ asked: { target } }: Visit): Asked {
  return get(target, wordsOf(target));
}

/** Queries of GraphQL that have shown something of the visitor's: a mutation may have changed it. */
function queriesAfter(visits: readonly Visit[], { asked }: Visit, id: string): Asked[] {
  if (!isGraphql(asked, 'mutation')) return [];
  const shown = visits.filter(
    (visit) =>
      visit.asked.target === asked.target &&
      isGraphql(visit.asked, 'query') &&
      isTaken(visit) &&
      visit.reply.body.text.includes(id),
  );
  const last = new Map(shown.map((visit) => [visit.asked.body?.text, visit.asked]));
  return [...last.values()].slice(-MAX_QUERIES).map(plain);
}

/** Whether a request is of this kind, as descriptions make them (GraphQL over HTTP). */
function isGraphql({ body }: Asked, kind: 'query' | 'mutation'): boolean {
  return body?.text.startsWith(`{"query":"${kind}`) ?? false;
}

function plain(asked: Asked): Asked {
  return { ...asked, headers: [] };
}
