import { header, headerValues, type Issued, type Reply } from '../../model/observation.ts';
import { splitTimes } from '../values/shape.ts';

/** Shorter texts are no tokens, and shorter values may be in any text by chance. */
const TOKEN = 16;
const VALUE = 6;
const MAX_TOKENS = 200;
/** How often a token may be encoded within itself. */
const DEPTH = 3;

/**
 * What tokens a reply issues, and whether they carry the visitor's own values, as a signed cookie or a JWT does and a session id does not;
 * `null` if it issues none. Tokens are cookies and long texts without spaces. To be asked of the reply as it came: redacted tokens carry
 * nothing.
 */
export function issuedBy(reply: Reply, own: readonly string[]): Issued | null {
  if (reply.outcome !== 'answered') return null;
  const cookies = headerValues(reply.headers, 'set-cookie').flatMap((cookie) => /^[^=;]*=([^;]+)/.exec(cookie)?.[1] ?? []);
  const values = own.filter((value) => value.length >= VALUE);
  const isJson = /json/.test(header(reply.headers, 'content-type') ?? '');
  const texts = isJson ? [...reply.body.text.matchAll(/"([^"\s\\]+)"/g)].map(([, text = '']) => text) : [];
  const tokens = [...cookies, ...texts].filter((text) => text.length >= TOKEN && !values.includes(text)).slice(0, MAX_TOKENS);
  if (tokens.length === 0) return null;
  return {
    carries: tokens.every((token) => holds(token, values, DEPTH)),
    lengths: tokens.map(({ length }) => length).sort((a, b) => a - b),
  };
}

/**
 * Whether all cookies of a reply tell the time and nothing else: they name nothing that is kept. `at`: when it came, ISO 8601. To be asked of
 * the reply as it came.
 */
export function setsClock(reply: Reply, at: string): boolean {
  const cookies = reply.outcome === 'answered' ? headerValues(reply.headers, 'set-cookie') : [];
  const values = cookies.map((cookie) => /^[^=;]*=([^;]*)/.exec(cookie)?.[1] ?? '');
  return values.length > 0 && values.every((value) => value !== '' && splitTimes(value, at).every(({ kind }) => kind === 'moment'));
}

/** Whether every token has grown by most of the characters that were added to what the visitor sends: it holds the state, if sealed. */
export function hasGrown(before: Issued, after: Issued, by: number): boolean {
  const isLonger = (length: number, at: number) => (after.lengths[at] ?? 0) - length >= by / 2;
  return before.lengths.length === after.lengths.length && before.lengths.every(isLonger);
}

/** Whether a text holds one of the values, as it is or in URL encoding or Base64, whole or in parts. */
function holds(text: string, values: readonly string[], depth: number): boolean {
  if (values.some((value) => text.includes(value))) return true;
  if (depth === 0) return false;
  const plain = unescaped(text);
  const parts = plain.split(/--|[.:|~&"\s]/).filter((part) => part.length >= 8 && part.length < text.length + 1);
  const inner = parts.flatMap((part) => decoded(part));
  return (plain !== text && values.some((value) => plain.includes(value))) || inner.some((one) => holds(one, values, depth - 1));
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function decoded(part: string): string[] {
  const base64 = part.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
  if (!/^[a-z0-9+/]+$/i.test(base64)) return [];
  try {
    return [atob(base64)];
  } catch {
    return [];
  }
}
