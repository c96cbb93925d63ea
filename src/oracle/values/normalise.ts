import { type Body, type Headers, header, headerValues, type Reply } from '../../model/observation.ts';
import { htmlTokens } from './html-tokens.ts';
import { parseJson } from './parse-json.ts';
import type { Value } from './value.ts';

/** Texts with more lines than this are compared as one. */
const MAX_LINES = 20_000;

/**
 * What counts of a reply, and nothing else: status, redirect target, media type, names and attributes of the cookies set,
 * and the body by its kind. Transport and cache headers never count.
 */
export function normalise(reply: Reply): Value {
  if (reply.outcome !== 'answered') return { outcome: reply.outcome };
  const location = header(reply.headers, 'location');
  return {
    status: reply.status,
    ...(location === undefined ? {} : { redirect: redirectTarget(location) }),
    ...(mediaType(reply.headers) === '' ? {} : { type: mediaType(reply.headers) }),
    cookies: cookies(reply.headers),
    body: bodyValue(reply.body, mediaType(reply.headers)),
  };
}

/** The media type in lower case without parameters; empty if none was sent. */
export function mediaType(headers: Headers): string {
  return (header(headers, 'content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

function redirectTarget(location: string): string {
  return location.replace(/^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(?=\/|$)/i, '') || '/';
}

/** `connect.sid` → `HttpOnly; Path=/`. Lifetimes count only as present: rolling sessions move them. */
function cookies(headers: Headers): Value {
  const found = new Map<string, Value>();
  for (const line of headerValues(headers, 'set-cookie')) {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const [name = '', value = ''] = split(pair, '=');
    const kept = attributes.map((attribute) => attribute.replace(/^(expires|max-age)=.*/i, '$1').toLowerCase()).sort();
    found.set(name, isRemoval(value, attributes) ? 'removed' : kept.join('; '));
  }
  return Object.fromEntries(found);
}

function isRemoval(value: string, attributes: readonly string[]): boolean {
  return (
    value === '' || attributes.some((attribute) => /^max-age=(0|-\d+)$/i.test(attribute) || /^expires=.*\b1970\b/i.test(attribute))
  );
}

function split(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

function bodyValue(body: Body, type: string): Value {
  if (body.bytes === 0) return null;
  if (type === 'text/event-stream') return { events: events(body.text) };
  if (body.state === 'cut') return { cut: true };
  if (body.state === 'broken') return { broken: true };
  if (body.binary) return { bytes: body.digest };
  const parsed = /[/+]json$/.test(type) || /^\s*[[{]/.test(body.text) ? parseJson(body.text) : undefined;
  if (parsed !== undefined) return parsed;
  if (/html/.test(type)) return { html: htmlTokens(body.text) };
  return { text: lines(body.text) };
}

function events(text: string): Value {
  const whole = text.replace(/\r\n?/g, '\n');
  const blocks = whole.split('\n\n').slice(0, whole.endsWith('\n\n') ? undefined : -1);
  return blocks.flatMap((block): Value[] => {
    const fields = block.split('\n').filter((line) => line !== '' && !line.startsWith(':'));
    const data = fields.filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trimStart());
    if (data.length === 0) return [];
    const name =
      fields
        .find((line) => line.startsWith('event:'))
        ?.slice(6)
        .trim() ?? 'message';
    return [{ event: name, data: parseJson(data.join('\n')) ?? data.join('\n') }];
  });
}

function lines(text: string): Value {
  const found = text
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  return found.length > MAX_LINES ? [text] : found;
}
