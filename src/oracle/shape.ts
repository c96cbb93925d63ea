/** What kind of value a varying text is. `text` is everything else and accepts everything but the empty text. */
export type Shape = 'empty' | 'number' | 'time' | 'uuid' | 'secret' | 'text';

/** Mark that redaction leaves in place of a secret: equal secrets have equal marks. */
const SECRET_MARK = /^redacted-[0-9a-f]{12}s?$/;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Moments and spans of time inside a text: ISO 8601, HTTP dates, clock times, and spans such as `3 s ago`. */
const TIMES = new RegExp(
  [
    String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?`,
    String.raw`(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? \d\d? [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d(?: GMT| UTC)?`,
    String.raw`\b\d\d?:\d\d:\d\d(?:\.\d+)?(?: ?[AP]M)?\b`,
    String.raw`\b\d+(?:\.\d+)? ?(?:ms|s|secs?|seconds?|mins?|minutes?|hours?)\b(?: ago)?`,
    String.raw`\bjust now\b`,
  ].join('|'),
  'g',
);

/** Keys whose numbers are spans of time and therefore never stand still. */
const SPAN_KEY =
  /^(up_?time|elapsed|duration|latency|took|response_?time|ttl|expires_?in|max_?age|retry_?after|.*(_|-)?(ms|millis|seconds|secs))$/i;

/** The shape of one value. */
export function shapeOf(text: string): Shape {
  if (text === '') return 'empty';
  if (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) return 'number';
  if (SECRET_MARK.test(text)) return 'secret';
  if (UUID.test(text)) return 'uuid';
  if (new RegExp(`^(?:${TIMES.source})$`).test(text)) return 'time';
  return 'text';
}

/** Whether a value of this shape may stand where the controls had values of those shapes. */
export function fitsShapes(text: string, seen: ReadonlySet<Shape>): boolean {
  const shape = shapeOf(text);
  return seen.has(shape) || (shape !== 'empty' && seen.has('text'));
}

/** The text cut into stretches that are moments or spans of time near the play, and stretches that are not. */
export function splitTimes(text: string, playedAt: string): { readonly text: string; readonly time: boolean }[] {
  const parts: { text: string; time: boolean }[] = [];
  let end = 0;
  for (const match of text.matchAll(TIMES)) {
    if (!isNear(match[0], playedAt)) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index), time: false });
    parts.push({ text: match[0], time: true });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), time: false });
  return parts;
}

/** Whether a number is a moment of the play (Unix time in seconds or milliseconds) or, by its key, a span of time. */
export function isTimeNumber(value: number, key: string, playedAt: string): boolean {
  if (SPAN_KEY.test(key)) return true;
  const at = Date.parse(playedAt);
  return [value, value * 1000].some((ms) => Math.abs(ms - at) < DAY);
}

const DAY = 24 * 60 * 60 * 1000;

function isNear(time: string, playedAt: string): boolean {
  if (!/\d{4}/.test(time)) return true;
  const moment = Date.parse(/^\d{4}/.test(time) ? time.replace(' ', 'T') : time);
  return Number.isNaN(moment) || Math.abs(moment - Date.parse(playedAt)) < DAY;
}
