import { type Exchange, header } from '../model/observation.ts';
import { RUN } from '../model/schedule.ts';
import { headersThatCount } from '../model/shown-reply.ts';
import { pageMarkup, pageTexts } from './page-lines.ts';

/** How pages are put into lines: as they are read, or as they are written. */
export type PageView = 'texts' | 'markup';

/** A reply in lines: status, the headers that count, and its body: JSON indented, pages as `view` says, other text as it came. */
export function replyLines({ reply, request }: Exchange, view: PageView): string[] {
  if (reply.outcome !== 'answered') return [`no answer: ${reply.reason}`];
  const { status, headers, body } = reply;
  const first = request.method === RUN ? `exit code ${status}` : request.method === 'READ' ? '' : String(status);
  const head = [first, ...headersThatCount(headers).map(([name, value]) => `${name}: ${value}`)].filter((line) => line !== '');
  if (body.bytes === 0) return head;
  if (body.binary) return [...head, `(${body.bytes} bytes)`];
  return [...head, ...bodyLines(header(headers, 'content-type') ?? '', body.text, view)];
}

/** Whether the body of a reply is a page. */
export function isPage({ reply }: Exchange): boolean {
  return reply.outcome === 'answered' && /html|xml/.test(header(reply.headers, 'content-type') ?? '');
}

/** Whether a body is JSON, by its media type or by how it begins. */
export function isJson(type: string, text: string): boolean {
  return /json/.test(type) || /^\s*[[{]/.test(text);
}

function bodyLines(type: string, text: string, view: PageView): string[] {
  if (/html|xml/.test(type)) return view === 'texts' ? pageTexts(text) : pageMarkup(text);
  if (isJson(type, text)) {
    try {
      // Without the commas at their ends, lines do not change by what comes after them.
      return JSON.stringify(JSON.parse(text), null, 2)
        .split('\n')
        .map((line) => line.replace(/,$/, ''));
    } catch {
      // It is cut, or no JSON, or deeper than calls can be.
    }
  }
  return text.replace(/\r?\n$/, '').split(/\r?\n/);
}
