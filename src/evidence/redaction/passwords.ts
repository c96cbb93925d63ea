import { isWords, LEAST } from './explained.ts';
import type { Part } from './parts.ts';

/** A stretch of a chunk. */
export interface Segment {
  readonly start: number;
  readonly end: number;
}

/** Passwords are no longer. */
export const MAX_PASSWORD = 128;
/** In longer chunks none is looked for. */
const MAX_CHUNK = 2048;

/** What stands between values, and within a path: the wider stretch is looked at first, as Base64 has `/` in it. */
const BETWEEN = [/\\?["']|[;&={}[\](),]/g, /[/:?#|]/g] as const;

/** The stretches of a chunk that may be passwords: all of it, a value in it, a part of a path. */
export function passwordsIn(chunk: string, parts: readonly Part[]): Segment[] {
  if (chunk.length > MAX_CHUNK || !parts.some(({ text }) => text.length < LEAST)) return [];
  const look = ({ start, end }: Segment, depth: number): Segment[] => {
    const inside = parts.filter((part) => part.start >= start && part.end <= end);
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
 * they may be a password. So may groups of digits, as on cards.
 */
function isPassword(text: string, parts: readonly Part[]): boolean {
  if (text.length < LEAST || text.length > MAX_PASSWORD) return false;
  if (/^(?:[A-Z]{2}\d\d |\+)?\d{1,6}(?:[- ]\d{1,6}){2,}$/.test(text)) return text.replace(/\D/g, '').length >= 9;
  const short = parts.filter((part) => part.text.length < LEAST);
  const mixed = short.filter((part) => /\p{L}/u.test(part.text) && /\p{N}/u.test(part.text));
  const odd = short.filter((part) => isOddPiece(part.text) && (mixed.length > 1 || !SIMPLE.test(part.text)));
  const length = (some: readonly Part[]) => some.reduce((sum, part) => sum + part.text.length, 0);
  if (length(odd) >= 4 && length(odd) * 2 >= length(parts)) return true;
  const hasLetters = parts.some((part) => /\p{L}/u.test(part.text));
  return (
    parts.length >= 2 && hasLetters && signsIn(text) >= 2 && parts.every((part) => part.text.length <= 3 || isOddPiece(part.text))
  );
}

/** How many signs a stretch has that stand between words seldom: each once, and one of two others in a row. */
function signsIn(text: string): number {
  const inner = text.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
  const inARow = inner.match(/([^\p{L}\p{N}\s])(?!\1)[^\p{L}\p{N}\s]/gu) ?? [];
  return new Set(text.match(/[!$*^~|\\#@%{}[\];`+?]/g)).size + (inARow.length > 0 ? 1 : 0);
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
