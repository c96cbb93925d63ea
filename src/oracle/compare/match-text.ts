import { fitsShapes, timeEnd } from '../values/shape.ts';
import { type FreshPart, type Known, knownValue, type TextTemplate } from '../values/template.ts';
import { indexOfText, wordAt } from '../values/words.ts';

/** How many places are tried for what follows a gap: the first one nearly always is the right one. */
const MAX_TRIES = 16;
/** Characters that a time may take up. */
const MAX_TIME = 40;

/** Something of unknown length. `part`: the fresh value that it is, if it is one. */
interface Gap {
  readonly least: number;
  readonly most: number;
  readonly part: FreshPart | null;
}

/** What stands at one place without a gap: texts, words, times. */
type Rigid = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'time' } | FreshPart;

/** A gap (`null`: none) and what follows it. */
interface Section {
  readonly gap: Gap | null;
  readonly parts: readonly Rigid[];
}

/**
 * Holds a text against a template. On a match the fresh values, by label; else `null`. Labels that are wild, or never seen in this
 * play, match anything. Walks the template once, in time linear in both lengths: after a gap, a bounded number of places is tried.
 */
export function matchText(template: TextTemplate, text: string, known: Known): Map<string, string> | null {
  const fresh = new Map<string, string>();
  const sections = sectionsOf(template, known);
  let at = 0;
  for (const [index, { gap, parts }] of sections.entries()) {
    if (parts.length === 0) return (gap === null ? at === text.length : fill(gap, text.slice(at), fresh)) ? fresh : null;
    const isLast = index === sections.length - 1;
    const found = gap === null ? tryAt(parts, text, { at, isLast, fresh }) : seek(parts, text, { at, gap, isLast, fresh });
    if (found === -1) return null;
    at = found;
  }
  return at === text.length ? fresh : null;
}

function sectionsOf(template: TextTemplate, known: Known): Section[] {
  let current: { gap: Gap | null; parts: Rigid[] } = { gap: null, parts: [] };
  const sections = [current];
  const open = (gap: Gap) => {
    if (current.parts.length > 0) {
      current = { gap, parts: [] };
      sections.push(current);
    } else if (current.gap === null) current.gap = gap;
    else current.gap = { least: current.gap.least + gap.least, most: Number.POSITIVE_INFINITY, part: null };
  };
  for (const [index, part] of template.entries()) {
    const inGap = current.gap !== null && current.parts.length === 0;
    if (part.kind === 'time') {
      // After a word there is no telling where it ends and the time begins.
      if (inGap || template[index - 1]?.kind === 'fresh') open({ least: 1, most: MAX_TIME, part: null });
      else current.parts.push(part);
    } else if (part.kind === 'fresh') {
      const isAmbiguous = inGap || template[index + 1]?.kind === 'time';
      if (part.extent === 'rest') open({ least: 0, most: Number.POSITIVE_INFINITY, part });
      else if (isAmbiguous) open({ least: 0, most: Number.POSITIVE_INFINITY, part: null });
      else current.parts.push(part);
    } else {
      const value = knownValue(part, known);
      if (value === undefined) open({ least: 0, most: Number.POSITIVE_INFINITY, part: null });
      else if (value !== '') current.parts.push({ kind: 'text', text: value });
    }
  }
  return sections;
}

interface Place {
  readonly at: number;
  /** Whether nothing may follow. */
  readonly isLast: boolean;
  readonly fresh: Map<string, string>;
}

/** Where the parts end if they stand at a place, else -1. Their fresh values are noted if they do. */
function tryAt(parts: readonly Rigid[], text: string, { at: start, isLast, fresh }: Place): number {
  const values: [string, string][] = [];
  let at = start;
  for (const part of parts) {
    if (part.kind === 'text') {
      if (!text.startsWith(part.text, at)) return -1;
      at += part.text.length;
    } else if (part.kind === 'time') {
      const end = timeEnd(text, at);
      if (end === -1) return -1;
      at = end;
    } else {
      const word = wordAt(text, at);
      if (!fitsShapes(word, part.shapes)) return -1;
      values.push([part.label, word]);
      at += word.length;
    }
  }
  if (isLast && at !== text.length) return -1;
  for (const [label, value] of values) fresh.set(label, value);
  return at;
}

/** Where the parts end that follow a gap, else -1. */
function seek(parts: readonly Rigid[], text: string, { gap, at, isLast, fresh }: Place & { gap: Gap }): number {
  const [first] = parts;
  const anchor = first?.kind === 'text' ? first.text : '';
  // Where nothing but a text is left, it must be the end.
  if (isLast && parts.length === 1 && anchor !== '') {
    const start = text.length - anchor.length;
    return start >= at && text.endsWith(anchor) && fill(gap, text.slice(at, start), fresh) ? text.length : -1;
  }
  let from = at + gap.least;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const start = anchor === '' ? from : indexOfText(text, anchor, from);
    if (start === -1 || start > at + gap.most || start > text.length) return -1;
    const end = tryAt(parts, text, { at: start, isLast, fresh });
    if (end !== -1 && fill(gap, text.slice(at, start), fresh)) return end;
    from = start + 1;
  }
  return -1;
}

/** Whether a stretch of the text may be what the gap stands for. */
function fill({ least, most, part }: Gap, text: string, fresh: Map<string, string>): boolean {
  if (text.length < least || text.length > most || (part !== null && !fitsShapes(text, part.shapes))) return false;
  if (part !== null) fresh.set(part.label, text);
  return true;
}
