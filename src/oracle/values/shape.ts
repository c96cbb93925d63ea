/**
 * What kind of value a varying text is. `text` is everything else and accepts everything but the empty text; `code`: short numbers that may
 * be written with letters as well, as in base 36.
 */
export type Shape = 'empty' | 'number' | 'code' | 'time' | 'uuid' | 'secret' | 'text';

/** Mark that redaction leaves in place of a secret: equal secrets have equal marks. */
const SECRET_MARK = /^redacted-[0-9a-f]{12}s?$/;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const UNITS = 'ms|milliseconds?|s|secs?|seconds?|mins?|minutes?|hours?';

/** Dates with a time of day (ISO 8601, HTTP), seconds of Unix time, and how long ago something was. */
const MOMENTS = [
  String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?`,
  String.raw`(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? \d\d? [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d(?: GMT| UTC)?`,
  String.raw`(?<![0-9A-Za-z])\d{10}(?![0-9A-Za-z])`,
  String.raw`\b\d+(?:\.\d+)? ?(?:${UNITS}) ago\b`,
  String.raw`\bjust now\b`,
].join('|');

/** Times of day, and lengths of time: whether they tell the time of the play only shows when they vary. */
const SPANS = [String.raw`\b\d\d?:\d\d:\d\d(?:\.\d+)?(?: ?[AP]M)?\b`, String.raw`\b\d+(?:\.\d+)? ?(?:${UNITS})\b`].join('|');

const TIMES = new RegExp(`(${MOMENTS})|${SPANS}`, 'g');
const TIME_HERE = new RegExp(`${MOMENTS}|${SPANS}`, 'y');
const WHOLLY_TIME = new RegExp(`^(?:${MOMENTS}|${SPANS})$`);

/** The shape of one value. */
function shapeOf(text: string): Shape {
  if (text === '') return 'empty';
  if (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) return 'number';
  if (SECRET_MARK.test(text)) return 'secret';
  if (UUID.test(text)) return 'uuid';
  if (WHOLLY_TIME.test(text)) return 'time';
  return 'text';
}

/** The shapes that stand for these values. Short numbers need not be decimal: what follows 9 may be 10 or a. */
export function shapesOf(texts: readonly string[]): Set<Shape> {
  const shapes = new Set(texts.map(shapeOf));
  return texts.every((text) => /^\d{1,3}$/.test(text)) ? shapes.add('code') : shapes;
}

const CODE = /^(?:[0-9a-z]|(?=[a-z]*\d)[0-9a-z]{2,4})$/i;

/** Whether a value of this shape may stand where the controls had values of those shapes. */
export function fitsShapes(text: string, seen: ReadonlySet<Shape>): boolean {
  const shape = shapeOf(text);
  return seen.has(shape) || (shape !== 'empty' && seen.has('text')) || (seen.has('code') && CODE.test(text));
}

/** A stretch of a text. `moment`: a moment near the play; `span`: something that may tell the time; `plain`: the rest. */
export interface Stretch {
  readonly kind: 'plain' | 'moment' | 'span';
  readonly text: string;
}

/** The text cut into stretches that tell the time and stretches that do not. */
export function splitTimes(text: string, playedAt: string): Stretch[] {
  const parts: Stretch[] = [];
  let end = 0;
  for (const match of text.matchAll(TIMES)) {
    const isMoment = match[1] !== undefined;
    if (isMoment && !isNear(match[0], playedAt)) continue;
    if (match.index > end) parts.push({ kind: 'plain', text: text.slice(end, match.index) });
    parts.push({ kind: isMoment ? 'moment' : 'span', text: match[0] });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ kind: 'plain', text: text.slice(end) });
  return parts;
}

/** Where a time that begins at a place of a text ends; -1 if none begins there. */
export function timeEnd(text: string, at: number): number {
  TIME_HERE.lastIndex = at;
  return TIME_HERE.test(text) ? TIME_HERE.lastIndex : -1;
}

/** Whether a number is a moment near the play: Unix time in seconds or milliseconds. */
export function isMomentNumber(value: number, playedAt: string): boolean {
  const at = Date.parse(playedAt);
  return [value, value * 1000].some((ms) => Math.abs(ms - at) < DAY);
}

const DAY = 24 * 60 * 60 * 1000;

function isNear(time: string, playedAt: string): boolean {
  if (/^\d{10}$/.test(time)) return isMomentNumber(Number(time), playedAt);
  if (!/\d{4}/.test(time) || /ago$/.test(time)) return true;
  const moment = Date.parse(/^\d{4}/.test(time) ? time.replace(' ', 'T') : time);
  return Number.isNaN(moment) || Math.abs(moment - Date.parse(playedAt)) < DAY;
}
