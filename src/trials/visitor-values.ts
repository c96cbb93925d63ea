import { createHash } from 'node:crypto';
import type { SentRequest } from '../model/observation.ts';
import { headerValues, type Reply } from '../model/observation.ts';

/** Shorter parts of a cookie or a token are found in other texts by chance. */
const LEAST = 8;
/** A value that a reply holds and a later request sends in a header of its own. */
const LEAST_TOKEN = 12;
/** Members of what a token carries that name a session. */
const SESSION_ID = /^(?:jti|sid|session_?id|session)$/i;
/** Fields of every request, which hold no token. */
const PLAIN = /^(?:host|accept.*|user-agent|content-.*|x-forwarded-.*|origin|referer|connection|cookie|if-.*)$/;
const MAX_TEXT = 200_000;

/** Finds out what a visitor's cookies and tokens are, by what he is handed out and sends back. Unredacted: it is kept nowhere. */
export class VisitorValues {
  /** By what the app handed out: the step that did so first. */
  readonly #issued = new Map<string, number>();
  /** Replies so far, in which tokens are looked for that are sent later. */
  readonly #replies: { readonly step: number; readonly text: string }[] = [];

  /** Takes what a step sent, and was answered. */
  heard(step: number, request: SentRequest, reply: Reply): void {
    for (const [name, value] of request.headers) {
      const token = value.replace(/^\S+\s+(?=\S+$)/, '');
      if (PLAIN.test(name) || token.length < LEAST_TOKEN) continue;
      const from = this.#replies.find(({ text }) => text.includes(token));
      if (from !== undefined) this.#add(token, from.step);
    }
    if (reply.outcome !== 'answered') return;
    for (const line of headerValues(reply.headers, 'set-cookie')) this.#add(/^[^=;]*=([^;]*)/.exec(line)?.[1] ?? '', step);
    const headers = reply.headers.map(([, value]) => value).join('\n');
    this.#replies.push({ step, text: `${headers}\n${reply.body.text.slice(0, MAX_TEXT)}` });
  }

  /** Every text by which a store may name the visitor's session, the longest first, with the step that handed it out. */
  names(): { readonly text: string; readonly step: number }[] {
    const names = new Map<string, number>();
    for (const [value, step] of this.#issued)
      for (const part of partsOf(value)) for (const text of [part, ...hashesOf(part)]) if (!names.has(text)) names.set(text, step);
    return [...names].map(([text, step]) => ({ text, step })).sort((a, b) => b.text.length - a.text.length);
  }

  /** Whether a step handed out anything. */
  issues(step: number): boolean {
    return [...this.#issued.values()].includes(step);
  }

  #add(value: string, step: number): void {
    if (value.length >= LEAST && !this.#issued.has(value)) this.#issued.set(value, step);
  }
}

/** A value, what separators part it into (an id and its signature), and ids that it carries (JSON in Base64, as in a JWT). */
function partsOf(value: string): string[] {
  const plain = decoded(value);
  const parts = [plain, ...plain.split(/[^\w-]+/), ...plain.split(/--/)];
  const carried = plain.split(/[.]|--/).flatMap(idsIn);
  return [...new Set([...parts, ...carried])].filter((part) => part.length >= LEAST);
}

function idsIn(part: string): string[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([name, id]) => (SESSION_ID.test(name) && typeof id === 'string' ? [id] : []));
  } catch {
    return [];
  }
}

/** Some stores keep no id that would let whoever reads them in. */
function hashesOf(text: string): string[] {
  return (['sha256', 'sha512', 'sha1', 'md5'] as const).flatMap((algorithm) => {
    const digest = createHash(algorithm).update(text).digest();
    return (['hex', 'base64url', 'base64'] as const).map((encoding) => digest.toString(encoding));
  });
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value.replace(/^"|"$/g, ''));
  } catch {
    return value;
  }
}
