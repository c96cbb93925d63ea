import { type Exchange, header } from '../model/observation.ts';
import { visibleTexts } from '../oracle/html.ts';
import { mediaType } from '../oracle/normalise.ts';

/** Enough of a body to recognise it by. */
const MAX_SHOWN = 200;

/** A reply in one line: status, redirect target, and the beginning of what a visitor would see. Hostile text. */
export function showReply({ reply }: Exchange): string {
  if (reply.outcome !== 'answered') return `no answer: ${reply.reason}`;
  const location = header(reply.headers, 'location');
  const target = location === undefined ? '' : ` → ${location}`;
  return `${reply.status}${target} ${showBody(reply)}`.trim();
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
