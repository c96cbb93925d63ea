import { type DifferenceRow, differs, type Line, lineText } from '../../model/difference.ts';
import { type Exchange, header } from '../../model/observation.ts';
import { RUN } from '../../model/schedule.ts';
import type { Difference } from '../../oracle/compare/expectation.ts';
import { visibleTexts } from '../../oracle/values/html-tokens.ts';
import { mediaType } from '../../oracle/values/normalise.ts';

/** Enough of a body to recognise it by. */
const MAX_SHOWN = 200;
/** Of a value that a difference names. */
const MAX_TOLD = 80;

/** A reply in one line: status, redirect target, and the beginning of what a visitor would see. Hostile text. */
export function showReply({ reply, request }: Exchange): string {
  if (request.method === RUN && reply.outcome === 'answered') return `exit code ${reply.status} ${showBody(reply)}`.trim();
  if (request.method === 'READ' && reply.outcome === 'answered') return showBody(reply) || 'nothing';
  if (reply.outcome !== 'answered') return `no answer: ${reply.reason}`;
  const location = header(reply.headers, 'location');
  const target = location === undefined ? '' : ` → ${location}`;
  return `${reply.status}${target} ${showBody(reply)}`.trim();
}

/** Two replies in a line each. Where they are too long for that, and the beginnings need not differ, the part that differs is shown. */
export function showPair(expected: Exchange, actual: Exchange, difference: readonly DifferenceRow[]): [string, string] {
  const lines: [string, string] = [showReply(expected), showReply(actual)];
  const first = difference.find((row) => row.kind === 'lines' && differs(row));
  if (first?.kind !== 'lines' || !lines.every((line) => line.endsWith('…'))) return lines;
  const status = ({ reply }: Exchange) => (reply.outcome === 'answered' ? reply.status : '');
  const part = (line: Line | null) => (line === null ? 'nothing there' : shorten(lineText(line).trim()));
  return [`${status(expected)} … ${part(first.expected)}`, `${status(actual)} … ${part(first.actual)}`];
}

/** A difference in words: a value that is long or made of many is seen where the replies stand side by side, and not told here. */
export function inWords({ path, expected, actual }: Difference): string {
  const isShort = expected.length <= MAX_TOLD && actual.length <= MAX_TOLD;
  return isShort ? `${path}: expected ${expected}, got ${actual}` : `${path} differs`;
}

function showBody({ headers, body }: Extract<Exchange['reply'], { outcome: 'answered' }>): string {
  if (body.bytes === 0) return '';
  if (body.binary) return `(${body.bytes} bytes)`;
  const text = /html/.test(mediaType(headers)) ? visibleTexts(body.text).join(' · ') : body.text.replace(/\s+/g, ' ').trim();
  return shorten(text);
}

/** The text, cut to what fits a line. */
export function shorten(text: string, length = MAX_SHOWN): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
