import type { CaptureSource } from '../../../model/session.ts';
import { parseJson } from '../../play/capture.ts';
import { jsonPath } from '../../play/json-path.ts';
import { elements } from '../../play/page-elements.ts';
import { escaped } from '../escaped.ts';
import { type Atom, targetAtoms } from './atoms.ts';
import type { HarEntry } from './entries.ts';

/** A value that a reply held, and how to take it out of one like it. */
export interface Issued {
  /** 0-based index of the step whose reply it was. */
  readonly step: number;
  readonly value: string;
  readonly from: CaptureSource;
  /** Names on the way to it, outermost first. */
  readonly keys: readonly string[];
  /** Path of the request that was answered. */
  readonly path: string;
  /** It depends on what else is listed before it. */
  readonly positional: boolean;
  /** The reply holds it percent-encoded. */
  readonly encoded: boolean;
}

const MAX_LEAVES = 20_000;
/** Fields about the transport, or that the jar or nobody sends back. */
const SILENT_HEADER =
  /^(date|age|server|via|vary|allow|expires|pragma|etag|last-modified|location|set-cookie|connection|keep-alive|transfer-encoding|alt-svc|(content|cache|access-control|cross-origin|strict-transport|referrer|permissions|x-frame|x-content|x-powered|x-xss|server)-.*)$/;

/** Everything a reply holds that a client could send back, but for what only a search of its text finds. */
export function issuedBy({ url, reply }: HarEntry, step: number): Issued[] {
  const common = { step, path: url.pathname, positional: false, encoded: false };
  return [
    ...fromHeaders(reply.headers).map((found) => ({ ...common, ...found })),
    ...jsonLeaves(parseJson(reply.text)).map((found) => ({ ...common, ...found })),
    ...(/html/i.test(reply.type) ? fromPage(reply.text).map((found) => ({ ...common, ...found })) : []),
  ];
}

/** A pattern that takes a value out of a text that is neither JSON nor a form field: a link, a script, an event. `null` if none would do. */
export function patternFor(
  text: string,
  atom: Pick<Atom, 'value' | 'name' | 'where'>,
): { from: CaptureSource; encoded: boolean } | null {
  const lead = atom.where === 'path' && /^[\w-]+$/.test(atom.name) ? `/${atom.name}/` : '';
  const encodedValue = encodeURIComponent(atom.value);
  for (const written of new Set([lead + atom.value, lead + encodedValue, atom.value, encodedValue])) {
    const at = text.indexOf(written);
    if (at === -1 || (written.length < 6 && lead === '')) continue;
    const value = written.startsWith(lead) && lead !== '' ? written.slice(lead.length) : written;
    const before = text.slice(0, at + written.length - value.length);
    for (const prefix of prefixes(before)) {
      const pattern = escaped(prefix) + classOf(value);
      if (new RegExp(pattern).exec(text)?.[1] === value)
        return { from: { kind: 'pattern', pattern }, encoded: value !== atom.value };
    }
  }
  return null;
}

/** Ends of a text that say what comes next, shortest first: the less is asked for, the more pages have it. */
function prefixes(before: string): string[] {
  const near = /[^\d\n]{1,40}$/.exec(before.slice(-40))?.[0] ?? '';
  const starts = [...near.matchAll(/(?<![\w-])[\w-]|[^\w\s-]/g)].map(({ index }) => index);
  return starts
    .reverse()
    .map((start) => near.slice(start))
    .filter((prefix) => /[A-Za-z]{2}/.test(prefix));
}

type Found = Pick<Issued, 'value' | 'from' | 'keys'> & Partial<Pick<Issued, 'positional' | 'encoded'>>;

function fromHeaders(headers: HarEntry['reply']['headers']): Found[] {
  return headers.flatMap(([name, value]): Found[] => {
    if (name === 'location') return fromLocation(value);
    if (name === 'set-cookie') return value.split('\n').flatMap(fromCookie);
    if (SILENT_HEADER.test(name) || value.length > 4096) return [];
    const bearer = /^Bearer\s+(\S+)$/i.exec(value)?.[1];
    const whole: Found = { value, from: { kind: 'header', name }, keys: [name] };
    return bearer === undefined
      ? [whole]
      : [whole, { value: bearer, from: { kind: 'header', name, pattern: '^[Bb]earer\\s+(\\S+)' }, keys: [name] }];
  });
}

function fromLocation(location: string): Found[] {
  const target = location.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/#.*$/s, '');
  let segment = 0;
  return targetAtoms(target).map((atom) => {
    const pattern =
      atom.where === 'path'
        ? `^(?:[a-z][a-z0-9+.-]*://[^/?#]*)?(?:/[^/?#]*){${segment++}}/([^/?#]+)`
        : `[?&]${escaped(encodeURIComponent(atom.name))}=([^&#]*)`;
    const encoded = target.slice(atom.start, atom.end) !== atom.value;
    return { value: atom.value, from: { kind: 'header', name: 'location', pattern }, keys: [atom.name, 'id'], encoded };
  });
}

/** For cookies that scripts send back in a header field as well, against forged requests. */
function fromCookie(line: string): Found[] {
  const [, name = '', value = ''] = /^\s*([^=;\s]+)=([^;]*)/.exec(line) ?? [];
  if (value === '') return [];
  const plain: Found = { value, from: { kind: 'cookie', name }, keys: [name] };
  const [decoded] = targetAtoms(`/${value.replaceAll('/', '%2F')}`);
  return decoded === undefined || decoded.value === value ? [plain] : [plain, { ...plain, value: decoded.value, encoded: true }];
}

function jsonLeaves(root: unknown): Found[] {
  const found: Found[] = [];
  const open: { value: unknown; keys: (string | number)[] }[] = [{ value: root, keys: [] }];
  for (let next = open.pop(); next !== undefined && found.length < MAX_LEAVES; next = open.pop()) {
    const { value, keys } = next;
    if (typeof value === 'string' || typeof value === 'number') {
      const names = keys.filter((key) => typeof key === 'string');
      found.push({
        value: String(value),
        from: { kind: 'json', path: jsonPath(keys) },
        keys: names,
        positional: names.length < keys.length,
      });
    } else if (typeof value === 'object' && value !== null) {
      const entries = Array.isArray(value) ? value.map((item, index) => [index, item] as const) : Object.entries(value);
      for (const [key, inner] of entries) open.push({ value: inner, keys: [...keys, key] });
    }
  }
  return found.filter(({ from }) => from.kind !== 'json' || from.path !== '$');
}

function fromPage(html: string): Found[] {
  const counts = new Map<string, number>();
  return elements(html, new Set(['input', 'meta', 'button'])).flatMap(({ tag, attributes }): Found[] => {
    const attribute = tag === 'meta' ? 'content' : 'value';
    const naming = ['name', 'property', 'id'].find((candidate) => attributes.has(candidate));
    const value = attributes.get(attribute);
    if (naming === undefined || value === undefined || value === '') return [];
    const name = attributes.get(naming) ?? '';
    const key = `${tag} ${naming} ${name}`;
    const nth = counts.get(key) ?? 0;
    counts.set(key, nth + 1);
    return [{ value, from: { kind: 'html', tag, attribute, match: [[naming, name]], nth }, keys: [name], positional: nth > 0 }];
  });
}

/** What stands where the value stood: of the same kind, and nothing that ends it. */
function classOf(value: string): string {
  if (/^\d+$/.test(value)) return '(\\d+)';
  if (/^[0-9a-f-]{6,}$/i.test(value)) return '([0-9a-fA-F-]{6,})';
  return '([^\\s"\'<>&;,/?#\\\\]+)';
}
