import { isSecretName } from './secret-names.ts';

/** How a secret is replaced. `written`: as it stands in the text; what is given back takes its place. */
export type Replace = (written: string) => string;

/** Names are looked at up to this length, values up to that one. */
const NAME = /[A-Za-z_$][\w$.\-[\]%]{0,99}/g;
const MAX_VALUE = 64 * 1024;
const MAX_ITEMS = 1000;
const MAX_GAP = 8;
/** Where a value without quotes ends. */
const BARE_END = /[\s,;&<>"'`)\]}|\\]/;
/** What is before the name of a part of a multipart body. */
const IN_PART = /form-data;[^\n]{0,80}\bname="$/i;
const NOTHING = /^(?:true|false|null|undefined|none|nil|\*+)$/i;

/**
 * The text with the values of everything that has a secret's name replaced: members of JSON (also within JSON, as GraphQL has it),
 * parameters, assignments in scripts, attributes, XML elements, parts of multipart bodies, flags of commands. Found by name without
 * parsing, in time linear in its length.
 */
export function replaceNamed(text: string, replace: Replace): string {
  const parts: string[] = [];
  let copied = 0;
  NAME.lastIndex = 0;
  for (let match = NAME.exec(text); match !== null; match = NAME.exec(text)) {
    const [name] = match;
    // The next name begins after this one, or within the value.
    if (!isSecretName(name)) continue;
    const found = valueAfter(text, match.index, NAME.lastIndex);
    if (found === null) continue;
    for (const { start, end, quote } of found) {
      const written = text.slice(start, end);
      if (start < copied || written === '' || NOTHING.test(written)) continue;
      parts.push(text.slice(copied, start), quote, replace(written), quote);
      copied = end;
    }
    if (copied > NAME.lastIndex) NAME.lastIndex = copied;
  }
  return copied === 0 ? text : parts.join('') + text.slice(copied);
}

/** Where a value stands. `quote`: what must be put around its replacement, so that what was JSON still is. */
interface Span {
  readonly start: number;
  readonly end: number;
  readonly quote: string;
}

function valueAfter(text: string, start: number, end: number): Span[] | null {
  if (/[<:]/.test(text[start - 1] ?? '') && isElement(text, start)) return element(text, end);
  if (IN_PART.test(text.slice(Math.max(0, start - 120), start))) return part(text, end);
  if (text.startsWith('--', start - 2) && text[end] === ' ' && text[end + 1] !== '-') return bare(text, end + 1);
  const closing = skipQuote(text, end);
  const at = skipSpace(text, closing);
  const separator = /^(?:=>|:=|[:=])/.exec(text.slice(at, at + 2))?.[0];
  if (separator === undefined) return null;
  const value = skipSpace(text, at + separator.length);
  const quote = /^\\*["'`]/.exec(text.slice(value, value + 8))?.[0];
  if (quote !== undefined) return quoted(text, value + quote.length, quote);
  if (text[value] === '[') return items(text, value + 1);
  if (/[{(<]/.test(text[value] ?? '{')) return null;
  const [span] = bare(text, value);
  if (span === undefined) return null;
  const written = text.slice(span.start, span.end);
  if (separator === '=') return [span];
  // After a colon there may be prose: `Password: at least 8 characters`.
  const isValue = written.length >= 16 || (/\d/.test(written) && written.length >= 3);
  return isValue ? [{ ...span, quote: closing > end && /^-?[\d.]+$/.test(written) ? '"' : '' }] : null;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < from + MAX_GAP && /\s/.test(text[at] ?? 'x')) at++;
  return at;
}

function skipQuote(text: string, from: number): number {
  return from + (/^\\*["'`]/.exec(text.slice(from, from + MAX_GAP))?.[0].length ?? 0);
}

/** A value that ends where its quote is repeated; a quote after one more backslash belongs to it. */
function quoted(text: string, start: number, quote: string): Span[] {
  const last = quote.at(-1) ?? '"';
  for (let at = start; at < text.length && at - start < MAX_VALUE; at++) {
    if (text[at] === '\n' && last !== '`') break;
    if (text.startsWith(quote, at) && text[at - 1] !== '\\') return [{ start, end: at, quote: '' }];
    // What is escaped within it is passed over.
    if (quote.length === 1 && text[at] === '\\') at++;
  }
  return bare(text, start);
}

function bare(text: string, start: number): Span[] {
  let end = start;
  while (end < text.length && end - start < MAX_VALUE && !BARE_END.test(text[end] ?? '')) end++;
  return [{ start, end, quote: '' }];
}

/** The texts and numbers of a list. */
function items(text: string, start: number): Span[] {
  const found: Span[] = [];
  for (let at = skipSpace(text, start); found.length < MAX_ITEMS && at < text.length && text[at] !== ']'; ) {
    const quote = /^\\*["']/.exec(text.slice(at, at + MAX_GAP))?.[0];
    const span = quote === undefined ? bare(text, at)[0] : quoted(text, at + quote.length, quote)[0];
    if (span === undefined || (span.end === span.start && quote === undefined)) break;
    found.push(quote === undefined ? { ...span, quote: '"' } : span);
    const after = skipSpace(text, span.end + (quote?.length ?? 0));
    if (text[after] !== ',') break;
    at = skipSpace(text, after + 1);
  }
  return found;
}

/** Whether a name is that of an element: `<Password`, `<wsse:Password`. */
function isElement(text: string, start: number): boolean {
  return /<(?:[\w-]{1,40}:)?$/.test(text.slice(Math.max(0, start - 42), start));
}

function element(text: string, end: number): Span[] | null {
  const open = text.slice(end, end + 500).indexOf('>');
  if (open === -1 || text[end + open - 1] === '/') return null;
  const start = end + open + 1;
  const stop = text.indexOf('<', start);
  if (text.startsWith('<![CDATA[', start)) {
    const close = text.indexOf(']]>', start);
    return close === -1 ? null : [{ start: start + 9, end: close, quote: '' }];
  }
  return stop === -1 ? null : [{ start, end: Math.min(stop, start + MAX_VALUE), quote: '' }];
}

/** The content of a part of a multipart body, which follows its own headers and an empty line. */
function part(text: string, end: number): Span[] | null {
  const head = /\r?\n\r?\n/.exec(text.slice(end, end + 500));
  if (head === null) return null;
  const start = end + head.index + head[0].length;
  const boundary = text.indexOf('\n--', start);
  const stop = boundary === -1 ? text.length : text[boundary - 1] === '\r' ? boundary - 1 : boundary;
  return stop < start ? null : [{ start, end: stop, quote: '' }];
}
