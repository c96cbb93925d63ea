import { header } from '../model/observation.ts';
import { parseJson } from '../session/play/capture.ts';
import { isUnsafe, pathOf, type Visit } from './asked.ts';
import { collectionOf, namesThing, thingOf } from './operation.ts';
import { asWords } from './values.ts';

/** What an app has called the things that it has shown or made. */
export interface KnownIds {
  learn(visit: Visit): void;
  /** How much is known: more of it is worth another try. */
  readonly size: number;
  /** The newest value of a member with exactly this name; `null`: there was none. */
  valueOf(name: string): string | null;
  /** A value for a hole of a path, the newest that fits; `null` if nothing does. */
  idFor(hole: string, path: string): string | null;
}

interface Named {
  readonly value: string;
  /** The member or attribute that held it, in words. */
  readonly key: string;
  /** The things that were asked for. */
  readonly collection: string;
  readonly thing: string;
  /** It was made by the request that it answers. */
  readonly isOwn: boolean;
  /** Its name says that it is an id; else it is one only where exactly that is asked for. */
  readonly isId: boolean;
}

const ID_KEY = /(?:^|_)(?:id|_id|uuid|slug|key|code|sku|ref|number|handle)$|[a-z](?:Id|ID|Uuid|Key|Code)$/;
const MAX_LEAVES = 2000;
const MAX_KNOWN = 1000;

/** Nothing known yet. */
export function createKnownIds(): KnownIds {
  const known: Named[] = [];
  return {
    learn(visit) {
      // A refusal tells of itself: `statusCode` names no thing.
      if (visit.reply.status >= 400) return;
      const path = pathOf(visit.asked.target);
      const common = { collection: collectionOf(path), thing: thingOf(path), isOwn: isUnsafe(visit.asked) };
      for (const { key, value, isId } of idsIn(visit)) {
        const isNew = !known.some((one) => one.key === key && one.value === value && one.collection === common.collection);
        if (isNew && known.length < MAX_KNOWN) known.push({ ...common, key, value, isId });
      }
    },
    get size() {
      return known.length;
    },
    valueOf: (name) => known.findLast(({ key }) => key === asWords(name))?.value ?? null,
    idFor(hole, path) {
      const before = path.slice(0, path.indexOf(`{${hole}}`));
      const [collection, thing] = [collectionOf(before), thingOf(before)];
      const score = (one: Named) => (one.key === asWords(hole) && one.key !== 'id' ? 8 : 0) + (one.isId ? scoreOfId(one) : 0);
      const scoreOfId = (one: Named) =>
        (one.collection === collection || (one.isOwn && one.collection.startsWith(`${collection}/`)) ? 4 : 0) +
        (namesThing(one.key, thing) && (one.thing === thing || one.key !== 'id') ? 2 : 0) +
        (one.isOwn ? 1 : 0);
      const best = known.reduce<Named | null>(
        (found, one) => (score(one) >= Math.max(2, found === null ? 0 : score(found)) ? one : found),
        null,
      );
      return best?.value ?? null;
    },
  };
}

function idsIn({ asked, reply }: Visit): Found[] {
  const type = header(reply.headers, 'content-type') ?? '';
  const location = header(reply.headers, 'location');
  const made = location === undefined ? undefined : /([^/?#]+)\/?$/.exec(pathOf(location))?.[1];
  return [
    ...(made === undefined || !isUnsafe(asked) ? [] : [{ key: 'id', value: decodedPart(made), isId: true }]),
    ...(/\bjson\b/i.test(type) ? idsInJson(parseJson(reply.body.text)) : []),
    ...(/\bhtml\b/i.test(type) ? idsInPage(reply.body.text) : []),
  ];
}

function idsInPage(html: string): Found[] {
  return [...html.slice(0, 500_000).matchAll(/\bdata-([\w-]{0,30}id)=["']([\w.~-]{1,64})["']/gi)]
    .slice(0, 100)
    .map(([, key = '', value = '']) => ({ key: asWords(key), value, isId: true }));
}

function idsInJson(root: unknown): Found[] {
  const found: Found[] = [];
  const open: unknown[] = [root];
  for (let seen = 0; open.length > 0 && seen < MAX_LEAVES; seen++) {
    const value = open.shift();
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, inner] of Object.entries(value).slice(0, 200)) {
      if (typeof inner === 'object') open.push(inner);
      else if ((typeof inner === 'string' || typeof inner === 'number') && /^[\w.~:@-]{1,128}$/.test(String(inner)))
        found.push({ key: asWords(key), value: String(inner), isId: ID_KEY.test(key) });
    }
  }
  return found;
}

function decodedPart(text: string): string {
  return decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, '%25'));
}

/** A member or attribute, in words, and what it holds. */
interface Found {
  readonly key: string;
  readonly value: string;
  readonly isId: boolean;
}
