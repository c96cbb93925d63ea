import { createDisguiser, UUID } from './disguise.ts';
import { isPlainWord } from './plain-words.ts';
import { Secrets } from './secrets.ts';

/** Shorter texts are shown: of fewer characters any count or word might consist. */
const LEAST = 6;
/** Texts without spaces are looked at as one up to this length: passwords are no longer. */
const MAX_PASSWORD = 128;
/** In longer chunks only long parts are hidden. */
const MAX_CHUNK = 2048;
const MAX_REMEMBERED = 100_000;
/** Longer values of the visitor's are known by their parts. */
const MAX_KNOWN = 4096;

/** Hides what only the app knows. */
export interface Provenance {
  /** The text is known to others: a session file, what the visitor sends, names of files. What the app has shown before stays its own. */
  learn(text: string): void;
  /** The text with all that only the app knows disguised: six characters and more that are no words, small numbers or times. */
  hide(text: string): string;
}

/** `key`: drawn for one audit, and never stored. */
export function createProvenance(key: Uint8Array): Provenance {
  const disguises = createDisguiser(key, isExplained);
  const known = new Secrets({ least: LEAST, exact: true });
  const isOpen = (part: string) => !disguises.has(part) && isExplained(part);
  const chunks = new Map<string, string>();
  const hideChunk = (chunk: string) => {
    if (chunk.length < LEAST) return chunk;
    const before = chunks.get(chunk);
    if (before !== undefined) return before;
    const parts = partsOf(chunk, known);
    const passwords = passwordsIn(chunk, parts);
    const hidden = mapParts(chunk, parts, (part) => {
      const password = passwords.find(({ start, end }) => start <= part.start && part.start + part.text.length <= end);
      if (password !== undefined) return part.text.length > 2 && isPlainWord(part.text) ? null : within(chunk, password, part);
      return part.text.length < LEAST || isOpen(part.text) ? null : disguises.of(part.text);
    });
    if (chunk.length <= MAX_PASSWORD && chunks.size < MAX_REMEMBERED) chunks.set(chunk, hidden);
    return hidden;
  };
  /** A part of what is hidden as a whole: two that differ anywhere differ here. */
  const within = (chunk: string, { start, end }: Segment, { text, start: at }: Part) =>
    disguises.of(chunk.slice(start, end)).slice(at - start, at - start + text.length);
  return {
    learn(text) {
      for (const [chunk] of text.matchAll(CHUNK))
        for (const part of partsOf(chunk, known))
          if (part.text.length >= LEAST && part.text.length <= MAX_KNOWN && !disguises.has(part.text) && !isExplained(part.text))
            known.add(part.text);
    },
    hide: (text) => text.replace(CHUNK, (chunk, at: number) => (isKey(text, chunk, at) ? chunk : hideChunk(chunk))),
  };
}

/** Whether a text holds nothing that would have to be hidden, whoever knows it. */
export function isPlain(text: string): boolean {
  return [...text.matchAll(CHUNK)].every(([chunk]) => {
    const parts = partsOf(chunk, null);
    return passwordsIn(chunk, parts).length === 0 && parts.every((part) => part.text.length < LEAST || isExplained(part.text));
  });
}

/** A stretch without spaces: between quotes, or without brackets and quotes. */
const CHUNK = /(?<=(?<!\\)")(?:[^"\\\s<>]|\\.){1,200}(?=")|[^\s<>"'`{}[\](),]{2,}/g;

/** Whether a chunk is the name of a member of JSON. */
function isKey(text: string, chunk: string, at: number): boolean {
  return /^["']\s?:/.test(text.slice(at + chunk.length, at + chunk.length + 3)) && /^[\p{L}_$-]{1,100}$/u.test(chunk);
}

/** What is in a chunk, in this order: marks, ids, times and numbers that are none, escaped characters, letters and digits in a row. */
const PARTS = new RegExp(
  [
    String.raw`(?<open>redacted-[\da-f]{12}s?`,
    String.raw`(?<![\p{L}\p{N}])\d{4}-\d\d-\d\d(?:[T_]\d\d:?\d\d(?::?\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?(?![\p{L}\p{N}])`,
    String.raw`(?<![\p{L}\p{N}.])\d{1,5}\.\d+(?:[eE][+-]?\d+)?(?:[a-zµ]{1,3})?(?![\p{L}\p{N}.])`,
    String.raw`\\u[\da-fA-F]{4}|\\x[\da-fA-F]{2}|\\.|%[\da-fA-F]{2}|&#?[A-Za-z\d]{1,31};)`,
    String.raw`(?<![\p{L}\p{N}])[\da-fA-F]{8}-[\da-fA-F]{4}-[\da-fA-F]{4}-[\da-fA-F]{4}-[\da-fA-F]{12}(?![\p{L}\p{N}])`,
    String.raw`(?:(?!redacted-[\da-f]{12})[\p{L}\p{M}\p{N}])+`,
  ].join('|'),
  'gu',
);

interface Part {
  readonly text: string;
  readonly start: number;
}

/** The parts of a chunk that are not open by their form and hold nothing that is known to others. */
function partsOf(chunk: string, known: Secrets | null): Part[] {
  const found: Part[] = [];
  const open: (readonly [start: number, end: number])[] = [];
  known?.replace(chunk, (value, start, end) => {
    open.push([start, end]);
    return value;
  });
  for (const match of chunk.matchAll(PARTS)) {
    if (match.groups?.open !== undefined) continue;
    let start = match.index;
    const end = start + match[0].length;
    if (isName(chunk, start, end)) continue;
    for (const [from, to] of open) {
      if (to <= start || from >= end) continue;
      if (from > start) found.push({ text: chunk.slice(start, from), start });
      start = Math.min(to, end);
    }
    if (start < end) found.push({ text: chunk.slice(start, end), start });
  }
  return found;
}

/** Whether letters name what comes after `=`: a parameter, a variable, an attribute. */
function isName(chunk: string, start: number, end: number): boolean {
  if (chunk[end] !== '=' || chunk[end + 1] === '=') return false;
  const text = chunk.slice(start, end);
  return end - start <= 100 && /^\p{L}+$/u.test(text) && isOneCase(text);
}

function mapParts(chunk: string, parts: readonly Part[], change: (part: Part) => string | null): string {
  const made: string[] = [];
  let copied = 0;
  for (const part of parts) {
    const changed = change(part);
    if (changed === null) continue;
    made.push(chunk.slice(copied, part.start), changed);
    copied = part.start + part.text.length;
  }
  return copied === 0 ? chunk : made.join('') + chunk.slice(copied);
}

interface Segment {
  readonly start: number;
  readonly end: number;
}

/** What stands between values, and within a path: the wider stretch is looked at first, as Base64 has `/` in it. */
const BETWEEN = [/\\?["']|[;&={}[\](),]/g, /[/:?#|]/g] as const;

/** The stretches of a chunk that may be passwords: all of it, a value in it, a part of a path. */
function passwordsIn(chunk: string, parts: readonly Part[]): Segment[] {
  if (chunk.length > MAX_CHUNK || !parts.some(({ text }) => text.length < LEAST)) return [];
  const look = ({ start, end }: Segment, depth: number): Segment[] => {
    const inside = parts.filter((part) => part.start >= start && part.start + part.text.length <= end);
    if (inside.length === 0) return [];
    if (isPassword(chunk.slice(start, end), inside)) return [{ start, end }];
    const between = BETWEEN[depth];
    if (between === undefined) return [];
    const cuts = [...chunk.slice(start, end).matchAll(between)];
    const starts = [start, ...cuts.map((cut) => start + cut.index + cut[0].length)];
    const ends = [...cuts.map((cut) => start + cut.index), end];
    return starts.flatMap((from, index) => look({ start: from, end: ends[index] ?? end }, depth + 1));
  };
  return look({ start: 0, end: chunk.length }, 0);
}

/**
 * Whether a stretch is put together, by signs, of short pieces that are no words: each is too short to be hidden by itself, and together
 * they may be a password.
 */
function isPassword(chunk: string, parts: readonly Part[]): boolean {
  if (chunk.length < LEAST || chunk.length > MAX_PASSWORD) return false;
  const short = parts.filter(({ text }) => text.length < LEAST);
  const mixed = short.filter(({ text }) => /\p{L}/u.test(text) && /\p{N}/u.test(text));
  const odd = short.filter((part) => isOddPiece(part.text) && (mixed.length > 1 || !SIMPLE.test(part.text)));
  const length = (some: readonly Part[]) => some.reduce((sum, { text }) => sum + text.length, 0);
  if (length(odd) >= 4 && length(odd) * 2 >= length(parts)) return true;
  const signs = new Set(chunk.match(/[!$*^~|\\#@%?]/g));
  return signs.size >= 2 && parts.length >= 3 && parts.every(({ text }) => text.length <= 2 || isOddPiece(text));
}

/** `v1`, `10px`, `3rd`. */
const SIMPLE = /^(?:\p{L}{1,2}\d{1,3}|\d{1,4}\p{L}{1,2})$/u;

function isOddPiece(text: string): boolean {
  if (/^\p{N}+$/u.test(text)) return false;
  if (/^[\p{L}\p{M}]+$/u.test(text)) return (text.length > 3 || !isOneCase(text)) && text.length > 1 && !isWords(text);
  return true;
}

function isOneCase(text: string): boolean {
  return /^(?:\p{Lu}?[^\p{Lu}]*|\p{Lu}+)$/u.test(text);
}

/** Whether letters and digits in a row are words, a small or round number, a time: nothing that anybody would have to hide. */
function isExplained(text: string): boolean {
  if (text.length > MAX_PASSWORD) return false;
  if (/^\d+$/.test(text)) return isOpenNumber(text);
  if (UUID.test(text)) return false;
  if (/^[\p{L}\p{M}]+$/u.test(text)) return isWords(text);
  const [, before = '', digits = '', after = ''] = /^(\p{L}*)(\d{1,3})(\p{L}*)$/u.exec(text) ?? [];
  if (digits === '' || (before !== '' && after !== '')) return false;
  return isWords(before + after);
}

/** Words in a row, told apart by their case: `processTicksAndRejections`. */
function isWords(text: string): boolean {
  const words = text.split(/(?<=[^\p{Lu}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}[^\p{Lu}])/u);
  const short = words.filter((word) => word.length <= 2);
  const isShort = short.every((word) => SHORT.test(word)) && short.join('').length * 3 <= text.length;
  return isShort && words.every((word) => word.length <= 2 || isPlainWord(word));
}

/** Short words that names are put together of. */
const SHORT =
  /^(?:[aeioxyt]|am|an|as|at|be|by|db|de|do|en|go|id|if|in|io|ip|is|it|js|me|my|no|of|ok|on|or|os|so|to|ts|ui|up|us|vm|we)$/i;

const DAY_S = 24 * 60 * 60;
/** Moments so near to now are times. */
const NEAR_S = 400 * DAY_S;

function isOpenNumber(digits: string): boolean {
  if (digits.length < LEAST) return true;
  const significant = digits.replace(/0+$/, '').length;
  if (significant <= (digits.length === LEAST ? 3 : 4)) return true;
  // Hours in seconds or milliseconds.
  if (digits.length <= 11 && Number(digits) % 3600 === 0) return true;
  if (/^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\d{4}|\d{6})?$/.test(digits)) return true;
  const scale = { 10: 1, 13: 1e3, 16: 1e6 }[digits.length];
  return scale !== undefined && Math.abs(Number(digits) / scale - Date.now() / 1000) < NEAR_S;
}
