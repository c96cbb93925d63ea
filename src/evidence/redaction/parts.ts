import { wordsOf } from './explained.ts';
import { isPlainWord } from './plain-words.ts';
import type { Secrets } from './secrets.ts';

/** Letters and digits in a row, as they stand in a chunk (`start` to `end`), and as they read once escapes are undone (`text`). */
export interface Part {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Bytes that are no text, in hexadecimal digits. */
  readonly isBinary: boolean;
}

const ESCAPE = String.raw`(?:\\u[\da-fA-F]{4}|\\x[\da-fA-F]{2}|%[\da-fA-F]{2}|&#(?:x[\da-fA-F]{1,6}|\d{1,7});)`;
const MARK = String.raw`redacted-[\da-f]{12}s?`;

/** What is in a chunk, in this order: marks, times and numbers with a point; ids; letters, digits and what stands for some; other signs that are escaped. */
const PARTS = new RegExp(
  [
    `(?<open>${MARK}`,
    String.raw`(?<![\p{L}\p{N}])\d{4}-\d\d-\d\d(?:[T_]\d\d:?\d\d(?::?\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?(?![\p{L}\p{N}])`,
    String.raw`(?<![\p{L}\p{N}.])\d{1,5}\.\d+(?:[eE][+-]?\d+)?(?:[a-zµ]{1,3})?(?![\p{L}\p{N}.]))`,
    String.raw`(?<![\p{L}\p{N}])[\da-fA-F]{8}-[\da-fA-F]{4}-[\da-fA-F]{4}-[\da-fA-F]{4}-[\da-fA-F]{12}(?![\p{L}\p{N}])`,
    String.raw`(?<word>(?:${ESCAPE}|(?!${MARK})[\p{L}\p{M}\p{N}])+)`,
    String.raw`(?<sign>\\.|&[A-Za-z\d]{1,31};)`,
  ].join('|'),
  'gu',
);

/** The parts of a chunk that are not open by their form and hold nothing that is `known` to others. */
export function partsOf(chunk: string, known: Secrets | null): Part[] {
  const open: (readonly [start: number, end: number])[] = [];
  known?.replace(chunk, (value, start, end) => {
    open.push([start, end]);
    return value;
  });
  return [...chunk.matchAll(PARTS)].flatMap((match) => {
    const { open: shown, word, sign } = match.groups ?? {};
    if (shown !== undefined || sign !== undefined) return [];
    const start = match.index;
    if (word !== undefined && /[\\%&]/.test(word)) return unescaped(word, start);
    const end = start + match[0].length;
    return isName(chunk, start, end) ? [] : without(open, chunk, start, end);
  });
}

/** The stretches between two places that hold nothing of what is open. */
function without(open: readonly (readonly [number, number])[], chunk: string, start: number, end: number): Part[] {
  const found: Part[] = [];
  const add = (from: number, to: number) => {
    if (from < to) found.push({ text: chunk.slice(from, to), start: from, end: to, isBinary: false });
  };
  let at = start;
  for (const [from, to] of open) {
    if (to <= at || from >= end) continue;
    add(at, from);
    at = Math.min(to, end);
  }
  add(at, end);
  return found;
}

/** A character, or bytes that are none, and how much of the text stands for it. */
interface Unit {
  readonly text: string;
  readonly length: number;
  readonly isBinary: boolean;
}

const BYTES = /(?:%[\da-fA-F]{2})+|(?:\\x[\da-fA-F]{2})+/;
const UNITS = new RegExp(`${BYTES.source}|${ESCAPE}|.`, 'gsu');

/** Letters and digits in a row in a text with escapes. */
function unescaped(word: string, start: number): Part[] {
  const found: Part[] = [];
  let at = start;
  let part = null as Part | null;
  for (const [raw] of word.matchAll(UNITS))
    for (const { text, length, isBinary } of unitsOf(raw)) {
      const belongs = isBinary || /^[\p{L}\p{M}\p{N}]+$/u.test(text);
      if (belongs && part !== null)
        part = { ...part, text: part.text + text, end: at + length, isBinary: part.isBinary || isBinary };
      else if (belongs) part = { text, start: at, end: at + length, isBinary };
      else if (part !== null) {
        found.push(part);
        part = null;
      }
      at += length;
    }
  return part === null ? found : [...found, part];
}

function unitsOf(raw: string): Unit[] {
  if (raw.startsWith('\\u')) return [{ text: String.fromCharCode(Number.parseInt(raw.slice(2), 16)), length: 6, isBinary: false }];
  if (raw.startsWith('&#')) return [{ text: characterOf(raw), length: raw.length, isBinary: false }];
  if (!raw.startsWith('%') && !raw.startsWith('\\x')) return [{ text: raw, length: raw.length, isBinary: false }];
  const hex = raw.replace(/%|\\x/g, '');
  const bytes = Buffer.from(hex, 'hex');
  const text = bytes.toString('utf8');
  // What is no UTF-8, or holds control characters.
  if (/[\ufffd]|(?!\s)\p{Cc}/u.test(text)) return [{ text: hex, length: raw.length, isBinary: true }];
  const perByte = raw.length / bytes.length;
  return [...text].map((one) => ({ text: one, length: perByte * Buffer.byteLength(one), isBinary: false }));
}

function characterOf(reference: string): string {
  const code = /^&#x/i.test(reference) ? Number.parseInt(reference.slice(3), 16) : Number.parseInt(reference.slice(2), 10);
  return code <= 0x10_ffff ? String.fromCodePoint(code) : ' ';
}

/** Whether letters name what comes after `=`: a parameter, a variable, an attribute. */
function isName(chunk: string, start: number, end: number): boolean {
  if (chunk[end] !== '=' || chunk[end + 1] === '=') return false;
  const text = chunk.slice(start, end);
  return isIdentifier(text) || (/^[A-Z]{1,24}$/.test(text) && end + 1 < chunk.length);
}

/** Whether letters are a name that somebody gave to a thing: words, or short. */
export function isIdentifier(text: string): boolean {
  const words = text
    .split(/[_$-]+/)
    .flatMap(wordsOf)
    .filter((word) => word !== '');
  const others = words.filter((word) => !isPlainWord(word));
  return (
    text.length <= 100 &&
    words.every((word) => /^\p{L}+$/u.test(word)) &&
    others.length <= 1 &&
    others.every((word) => word.length <= 5)
  );
}
