import { createDisguiser } from './disguise.ts';
import { isExplained, LEAST } from './explained.ts';
import { isIdentifier, type Part, partsOf } from './parts.ts';
import { MAX_PASSWORD, passwordsIn, type Segment } from './passwords.ts';
import { isPlainWord } from './plain-words.ts';
import { Secrets } from './secrets.ts';

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
  /** Parts of what was hidden as a whole. */
  const hiddenParts = new Set<string>();
  /** What looks like a passphrase and is known to others, such as the name of a folder. */
  const openSegments = new Set<string>();
  const isOwn = ({ text, isBinary }: Part) =>
    text.length >= LEAST && (isBinary || disguises.has(text) || hiddenParts.has(text) || !isExplained(text));
  const chunks = new Map<string, string>();
  const hideChunk = (chunk: string) => {
    if (chunk.length < LEAST) return chunk;
    const before = chunks.get(chunk);
    if (before !== undefined) return before;
    const parts = partsOf(chunk, known);
    // What is known to others counts among its neighbours: beside it a short piece is no password by itself.
    const passwords = passwordsIn(chunk, partsOf(chunk, null)).filter(
      ({ start, end }) => !openSegments.has(chunk.slice(start, end)),
    );
    const hidden = mapParts(chunk, parts, (part) => {
      const password = passwords.find(({ start, end }) => start <= part.start && part.end <= end);
      if (password === undefined) return isOwn(part) ? disguises.of(part.text) : null;
      if (part.text.length >= LEAST && hiddenParts.size < MAX_REMEMBERED) hiddenParts.add(part.text);
      return part.text.length > 2 && isPlainWord(part.text) ? null : within(chunk, password, part);
    });
    if (chunk.length <= MAX_PASSWORD && chunks.size < MAX_REMEMBERED) chunks.set(chunk, hidden);
    return hidden;
  };
  /** A part of what is hidden as a whole: two that differ anywhere differ here. */
  const within = (chunk: string, password: Segment, { text, start, end }: Part) =>
    end - start === text.length
      ? disguises.of(chunk.slice(password.start, password.end)).slice(start - password.start, end - password.start)
      : disguises.of(text);
  return {
    learn(text) {
      for (const [chunk] of text.matchAll(CHUNK)) {
        for (const { start, end } of passwordsIn(chunk, partsOf(chunk, null))) {
          const segment = chunk.slice(start, end);
          if (segment.length <= MAX_KNOWN && openSegments.size < MAX_REMEMBERED && !chunks.has(chunk)) openSegments.add(segment);
        }
        for (const part of partsOf(chunk, known)) {
          const isNew = part.text.length >= LEAST && !disguises.has(part.text) && !hiddenParts.has(part.text);
          if (isNew && part.text.length <= MAX_KNOWN && !isExplained(part.text)) known.add(part.text);
        }
      }
    },
    hide: (text) => text.replace(CHUNK, (chunk, at: number) => (isKey(text, chunk, at) ? chunk : hideChunk(chunk))),
  };
}

/** Whether a text holds nothing that would have to be hidden, whoever knows it. */
export function isPlain(text: string): boolean {
  return [...text.matchAll(CHUNK)].every(([chunk]) => {
    const parts = partsOf(chunk, null);
    const isOpen = ({ text: one, isBinary }: Part) => one.length < LEAST || (!isBinary && isExplained(one));
    return passwordsIn(chunk, parts).length === 0 && parts.every(isOpen);
  });
}

/** A stretch without spaces: between double quotes, or without quotes; and numbers of cards and accounts, written in groups. */
const CHUNK =
  /(?<=(?<!\\)")(?:[^"\\\s<>]|\\.){1,200}(?=")|(?<![\p{L}\p{N}])(?:[A-Z]{2}\d\d )?\d{4}(?: \d{4}){2,}(?: \d{1,4})?(?![\p{L}\p{N}])|[^\s<>"'`]{2,}/gu;

/** Whether a chunk is the name of a member of JSON. */
function isKey(text: string, chunk: string, at: number): boolean {
  return /^["'](?::|\s:\s)/.test(text.slice(at + chunk.length, at + chunk.length + 4)) && isIdentifier(chunk);
}

function mapParts(chunk: string, parts: readonly Part[], change: (part: Part) => string | null): string {
  const made: string[] = [];
  let copied = 0;
  for (const part of parts) {
    const changed = change(part);
    if (changed === null) continue;
    made.push(chunk.slice(copied, part.start), changed);
    copied = part.end;
  }
  return copied === 0 ? chunk : made.join('') + chunk.slice(copied);
}
