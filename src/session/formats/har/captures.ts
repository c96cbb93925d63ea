import type { Capture, Template, TemplatePart } from '../../../model/session.ts';
import { isCredentialField } from '../../play/stranger.ts';
import type { Atom } from './atoms.ts';
import type { HarEntry } from './entries.ts';
import { type Issued, issuedBy, patternFor } from './issued.ts';

/** Finds which values of a recording the app had issued before the client sent them. */
export interface IssuedValues {
  /** The text with such values as holes; the steps that issued them get the captures. */
  template(text: string, atoms: readonly Atom[], sending: Sending): Template;
  /** To be called when all texts of a step are read: what it sent is known to the client from now on. */
  sent(step: number, atoms: readonly Atom[]): void;
  /** Captures of a step so far. */
  captures(step: number): readonly Capture[];
}

/** The step that is being read. */
export interface Sending {
  readonly step: number;
  readonly path: string;
}

/** An index of the replies of a recording. */
export function indexIssued(entries: readonly HarEntry[]): IssuedValues {
  const byValue = groupByValue(entries.flatMap((entry, step) => issuedBy(entry, step)));
  const captures = entries.map((): Capture[] => []);
  const firstSent = new Map<string, number>();

  const find = (atom: Atom, { step, path }: Sending): Issued | null => {
    if (!looksIssued(atom)) return null;
    const listed = (byValue.get(atom.value) ?? []).filter(
      (issued) => issued.step < step && (!isShort(atom.value) || isRelated(issued, atom, path)),
    );
    const found = listed.length > 0 ? listed : searchTexts(entries, atom, step);
    const firstIssued = Math.min(...found.map((issued) => issued.step));
    // What the client sent before the app did is the client's own: an address typed in, a constant of its code.
    if (found.length === 0 || (firstSent.get(identity(atom)) ?? Number.POSITIVE_INFINITY) <= firstIssued) return null;
    return found.reduce((best, issued) => (isBetter(issued, best) ? issued : best));
  };

  return {
    captures: (step) => captures[step] ?? [],
    sent(step, atoms) {
      for (const atom of atoms) if (!firstSent.has(identity(atom))) firstSent.set(identity(atom), step);
    },
    template(text, atoms, sending) {
      const parts: TemplatePart[] = [];
      let last = 0;
      for (const atom of atoms) {
        const issued = find(atom, sending);
        if (issued === null || atom.start < last) continue;
        parts.push({ kind: 'text', text: text.slice(last, atom.start) }, hole(atom, issued, captures[issued.step] ?? []));
        last = atom.end;
      }
      return [...parts, { kind: 'text' as const, text: text.slice(last) }].filter(
        (part) => part.kind !== 'text' || part.text !== '',
      );
    },
  };
}

function groupByValue(all: readonly Issued[]): ReadonlyMap<string, Issued[]> {
  const groups = new Map<string, Issued[]>();
  for (const issued of all) {
    const group = groups.get(issued.value);
    if (group === undefined) groups.set(issued.value, [issued]);
    else group.push(issued);
  }
  return groups;
}

/** A place that does not depend on what else is listed is better; else the later. */
function isBetter(a: Issued, b: Issued): boolean {
  return a.positional === b.positional ? a.step > b.step : !a.positional;
}

function hole(atom: Atom, issued: Issued, captures: Capture[]): TemplatePart {
  const { from, step, keys } = issued;
  const same = captures.find((capture) => JSON.stringify(capture.from) === JSON.stringify(from));
  const label =
    from.kind === 'json'
      ? from.path.replace(/^\$\.?/, '')
      : (keys.at(from.kind === 'header' && keys.length > 1 ? -2 : -1) ?? '') || 'value';
  const wanted = `${step + 1}.${label}`;
  const name = same?.name ?? (captures.some((capture) => capture.name === wanted) ? `${wanted}#${captures.length + 1}` : wanted);
  if (same === undefined) captures.push({ name, from });
  const as = issued.encoded ? (atom.as === 'url' ? undefined : 'unescaped') : atom.as;
  return as === undefined ? { kind: 'variable', name } : { kind: 'variable', name, as };
}

/** Texts that are searched when no field of a reply holds the value: links, scripts, events. */
function searchTexts(entries: readonly HarEntry[], atom: Atom, before: number): Issued[] {
  return entries.slice(0, before).flatMap(({ reply, url }, step): Issued[] => {
    if (reply.text === '' || /\bjson\b|image|font/i.test(reply.type)) return [];
    const found = patternFor(reply.text, atom);
    return found === null
      ? []
      : [{ ...found, step, value: atom.value, keys: [atom.name || 'value'], path: url.pathname, positional: true }];
  });
}

function isShort(value: string): boolean {
  return /^\d{1,9}$/.test(value);
}

/** Short numbers are the client's own only in the same place: a quantity of 1 says nothing about an id of 1. */
function identity({ value, name }: Atom): string {
  return isShort(value) ? `${name}=${value}` : value;
}

const CONSTANT =
  /^(utf-?\d+|(sha|md|es|rs|hs)-?\d+|base\d+|iso-8859-\d+|v?\d+(\.\d+)+|\d{4}-\d\d-\d\d|#[0-9a-f]{6}|(\d+(\.\d+)?)(px|em|rem|ms|s|%|kb|mb)|https?:.*|(application|text|image|audio|video|font|multipart)\/.*)$/i;

/** Whether a value may be something that was issued, rather than a word. */
function looksIssued({ value, name, where }: Atom): boolean {
  if (isShort(value)) return where === 'path' ? /^[A-Za-z][\w-]*$/.test(name) : isIdName(name);
  if (value.length > 8192 || CONSTANT.test(value) || /\s/.test(value)) return false;
  if (value.length >= 6 && /\d/.test(value)) return true;
  if (value.length >= 8 && isCredentialField(name)) return true;
  return value.length >= 16 && (value.match(/[a-z][A-Z]|[A-Z][a-z]/g)?.length ?? 0) >= 5;
}

/** A short number is an id only where a name says so, and of the same thing on both sides. */
function isRelated({ keys, path }: Issued, atom: Atom, sentTo: string): boolean {
  const key = keys.at(-1) ?? '';
  if (!isIdName(key)) return false;
  const thing = atom.where === 'path' ? stem(atom.name) : stem(atom.name.replace(/[-_]?id$/i, ''));
  const segments = path
    .split('/')
    .filter((segment) => segment !== '')
    .map(stem);
  if (thing === '') return segments.some((segment) => sentTo.split('/').map(stem).includes(segment));
  const named = stem(key.replace(/[-_]?id$/i, ''));
  if (named !== '') return named === thing;
  return segments.includes(thing) || keys.slice(0, -1).map(stem).includes(thing);
}

function isIdName(name: string): boolean {
  return /(^|[_-])id$|[a-z]I[dD]$|^(number|no|nr)$/.test(name);
}

/** `Orders`, `order` and `order_` are one thing. */
function stem(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .replace(/ies$/, 'y')
    .replace(/s$/, '');
}
