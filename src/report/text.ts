import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** ANSI sequences, including those that set titles and links. */
const ANSI =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  /[\u001b\u009b](?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[PX^_][^\u001b]*(?:\u001b\\)?|[@-Z\\^_])?/g;
/** Control characters, line and paragraph separators: they become a space. */
const CONTROL = /[\p{Cc}\u2028\u2029]+/gu;
/** What reorders or hides text: bidirectional controls, zero-width characters, tags, lone surrogates, private use. */
const HIDDEN =
  /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\u00ad\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Cs}|\p{Co}/gu;

/** No text of a report is longer than this on a terminal. */
const MAX_TEXT = 600;

/** The same value with every text in it made harmless for a terminal: one line, nothing that acts, hides or reorders, bounded. */
export function harmless<T>(value: T): T {
  return clean(value) as T;
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return harmlessText(value);
  if (Array.isArray(value)) return value.map(clean);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, clean(item)]));
}

/** One text made harmless, at most `max` UTF-16 units long. */
export function harmlessText(text: string, max = MAX_TEXT): string {
  const part = text.slice(0, 4 * max);
  const plain = part.replace(ANSI, '').replace(CONTROL, ' ').replace(HIDDEN, '');
  return plain.length > max || part !== text ? `${plain.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…` : plain;
}

/** The text in lines of at most `width` columns. Past `max` lines it is cut with an ellipsis. */
export function fold(text: string, width: number, { max = Number.POSITIVE_INFINITY }: { max?: number } = {}): string[] {
  const lines = wrapAnsi(text, Math.max(10, width), { hard: true, trim: true }).split('\n');
  if (lines.length <= max) return lines;
  return [...lines.slice(0, max - 1), `${beginning(lines[max - 1] ?? '', Math.max(10, width) - 1)}…`];
}

/** The text cut to `width` columns; the last is an ellipsis if anything was cut. */
export function cut(text: string, width: number): string {
  return stringWidth(text) <= width ? text : `${beginning(text, width - 1)}…`;
}

/** The text filled up with spaces to `width` columns. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

/** A noun with its number: `1 finding`, `2 findings`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function beginning(text: string, width: number): string {
  let kept = '';
  let used = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    used += stringWidth(segment);
    if (used > width) break;
    kept += segment;
  }
  return kept;
}

/** The first `limit` of a list, and how many more there are; `null`: it is empty. */
export function some(items: readonly string[], limit: number, separator = ', '): string | null {
  if (items.length === 0) return null;
  const more = items.length - limit;
  return items.slice(0, limit).join(separator) + (more > 0 ? `${separator}and ${more} more (--verbose)` : '');
}

/** A path relative to a folder that it lies in; else as it is. */
export function within(folder: string, path: string): string {
  return folder !== '' && path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
}
