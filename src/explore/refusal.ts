import { header } from '../model/observation.ts';
import { parseJson } from '../session/play/capture.ts';
import { type Answer, isUnsafe, type Visit } from './asked.ts';
import type { Form } from './form.ts';
import { type Page, readPage } from './page.ts';

const COMPLAINT =
  /\b(?:error|invalid|incorrect|wrong|failed|required|must|cannot|already (?:taken|exists|in use)|not match|denied|try again|unknown user)\b/i;
const MAX_WORDS = 90;

/** Pages that were read already: each is asked for several times. */
const pages = new WeakMap<Answer, Page | null>();

/** The page that a reply holds; `null`: it holds none. */
export function pageOf({ reply }: Visit): Page | null {
  const known = pages.get(reply);
  if (known !== undefined) return known;
  const page = /\bhtml\b/i.test(header(reply.headers, 'content-type') ?? '') ? readPage(reply.body.text) : null;
  pages.set(reply, page);
  return page;
}

/** Why the app did not take a request, in its own words; `null`: it took it. `form`: what was filled in. */
export function refusalOf(sent: Visit, last: Visit, form: Form | null): string | null {
  if (last.reply.status >= 400) return `${last.reply.status}${quoted(saysWhy(last))}`;
  if (last.isLost) return 'it redirects for ever';
  if (form === null) return graphqlError(sent, last);
  if (!isUnsafe(sent.asked)) return null;
  const page = pageOf(last);
  const again = page?.forms.some((other) => keyOfForm(other) === keyOfForm(form)) ?? false;
  const isBack = sent === last || last.asked.target.includes('error');
  const asksWho = form.controls.some(({ type }) => type === 'password');
  const complaint = page === null ? null : complaintIn(page);
  if (again && (asksWho || (isBack && complaint !== null))) return `${last.reply.status}, and the form again${quoted(complaint)}`;
  return null;
}

/** No refusal, and no write either. */
export const AS_LOOK = 'it is answered as GET is';

/** Why a request that a source or a description named changes nothing: the app answers it as it answers a look at that address; `null`: it does not. `id`: what the visitor's own things are known by. */
export function answeredAsLook(sent: Visit, { visits, id }: { visits: readonly Visit[]; id: string }): string | null {
  const { asked, reply } = sent;
  // Whoever puts what is his in its place may be shown just that.
  const isOwn = /^(?:PUT|PATCH)$/.test(asked.method) && reply.body.text.includes(id);
  if (!isUnsafe(asked) || isOwn || header(reply.headers, 'set-cookie') !== undefined) return null;
  const look = visits.findLast((visit) => visit.asked.method === 'GET' && visit.asked.target === asked.target);
  const isAlike = look?.reply.status === reply.status && look.reply.body.digest === reply.body.digest;
  return isAlike && reply.body.bytes > 0 ? AS_LOOK : null;
}

/** Why GraphQL has done nothing, which it answers with 200 (GraphQL, section 7); `null`: it has, or it is none. */
function graphqlError({ asked }: Visit, { reply }: Visit): string | null {
  if (asked.body?.text.startsWith('{"query"') !== true) return null;
  const value = parseJson(reply.body.text);
  if (typeof value !== 'object' || value === null || !('errors' in value) || !Array.isArray(value.errors)) return null;
  return `${reply.status}${quoted(messageIn(value, 4))}`;
}

/** Names a form whatever it holds. */
export function keyOfForm({ method, action, controls, submit }: Form): string {
  const names = controls.map(({ name }) => name).filter((name) => name !== '');
  return `${method} ${action.replace(/[?#].*$/s, '').replace(/\d+|[0-9a-f-]{16,}/g, '*')} ${[...new Set(names)].sort().join(' ')} ${submit === null ? '' : `${submit.name}=${submit.value.replace(/\d+|[0-9a-f-]{16,}/g, '*')}`}`;
}

/** What a refusal says for people to read. */
function saysWhy(visit: Visit): string | null {
  const page = pageOf(visit);
  if (page !== null) return complaintIn(page) ?? page.title;
  const value = parseJson(visit.reply.body.text);
  if (value === undefined) return visit.reply.body.text.trim();
  return messageIn(value, 4) ?? visit.reply.body.text;
}

function messageIn(value: unknown, depth: number): string | null {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || depth === 0) return null;
  const entries = Object.entries(value);
  for (const wanted of ['message', 'error', 'detail', 'details', 'title', 'errors', 'msg', 'reason']) {
    const inner = entries.find(([key]) => key.toLowerCase() === wanted)?.[1];
    const found = inner === undefined ? null : messageIn(Array.isArray(inner) ? inner[0] : inner, depth - 1);
    if (found !== null) return found;
  }
  return null;
}

function complaintIn({ text }: Page): string | null {
  return text.split(/(?<=[.!?])\s+/).find((sentence) => COMPLAINT.test(sentence)) ?? null;
}

function quoted(text: string | null): string {
  const short = (text ?? '').replace(/\s+/g, ' ').trim().slice(0, MAX_WORDS);
  return short === '' ? '' : `, “${short}”`;
}
