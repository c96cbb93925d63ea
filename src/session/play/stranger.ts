import { header } from '../../model/observation.ts';
import { otherThan } from './stand-ins.ts';
import type { WireRequest } from './transport.ts';

const CREDENTIAL_HEADER =
  /^(cookie2?|(proxy-)?authorization|(x-)?(api|app)-?key|(x-)?(auth|access|id|refresh|csrf|xsrf|session|user|device)[-_]?(token|id|key)?|.*(csrf|xsrf|session|token|secret|credential).*)$/i;
const CREDENTIAL_FIELD =
  /^(_?sid|(connect\.)?sid|[\w.-]*session[\w.-]*|j?sess(ion)?_?id|phpsessid|_{0,2}(csrf|xsrf)[\w-]*|authenticity_?token|__requestverificationtoken|state|nonce|code|code_verifier|otp|ticket|[\w-]*token|api_?key|secret|signature|sig|auth)$/i;

/** Who sends a request in a visitor's place: somebody who shows nothing, or one who shows what was never issued. */
export type Stranger = 'new' | 'forged';

/** What becomes of a credential; `undefined`: it is left out. */
type Replace = (value: string) => string | undefined;

/**
 * The request as somebody would send it whom the app has never met: without cookies, credentials and whatever names the
 * visitor's session. `issued` are names of header fields whose values came from the app's replies.
 */
export function asStranger(request: WireRequest, issued: ReadonlySet<string>): WireRequest {
  return withCredentials(request, issued, () => undefined);
}

/** The same with credentials that look like the visitor's, and that nobody was ever given. `random`: numbers in [0, 1), seeded. */
export function asForger(request: WireRequest, issued: ReadonlySet<string>, random: () => number): WireRequest {
  return withCredentials(request, issued, (value) => forged(value, random));
}

/** A `Cookie` field with other values. */
export function forgedCookies(cookies: string, random: () => number): string {
  return cookies.replace(/=([^;]*)/g, (_, value: string) => `=${forged(value, random)}`);
}

/** Another value of the same form; the scheme before it, as in `Bearer …`, stays. */
function forged(value: string, random: () => number): string {
  const [, scheme = '', token = value] = /^(\S+ +)(.+)$/s.exec(value) ?? [];
  return scheme + otherThan(token, random);
}

function withCredentials(request: WireRequest, issued: ReadonlySet<string>, replace: Replace): WireRequest {
  const headers = request.headers.flatMap(([name, value]): [string, string][] => {
    if (!CREDENTIAL_HEADER.test(name) && !issued.has(name.toLowerCase())) return [[name, value]];
    const other = replace(value);
    return other === undefined ? [] : [[name, other]];
  });
  const type = header(request.headers, 'content-type') ?? '';
  return {
    ...request,
    headers,
    target: strangeTarget(request.target, replace),
    body: request.body === null ? null : strangeBody(request.body, { type, replace }),
  };
}

/** Whether a field of a query, form or JSON body names a session or a credential. */
export function isCredentialField(name: string): boolean {
  return CREDENTIAL_FIELD.test(name);
}

function strangeTarget(target: string, replace: Replace): string {
  const [path = '', query] = target.split(/\?(.*)/s);
  if (query === undefined) return target;
  const kept = strangeForm(query, replace);
  return kept === '' ? path : `${path}?${kept}`;
}

function strangeBody(body: Buffer, { type, replace }: { type: string; replace: Replace }): Buffer {
  if (/urlencoded/i.test(type)) return Buffer.from(strangeForm(body.toString(), replace));
  if (/multipart\/form-data/i.test(type)) return strangeMultipart(body, type);
  if (/\bjson\b/i.test(type)) return strangeJson(body, replace);
  return body;
}

function strangeForm(form: string, replace: Replace): string {
  return form
    .split('&')
    .flatMap((field) => {
      if (!isCredentialField(fieldName(field))) return [field];
      const [name = '', value = ''] = field.split(/=(.*)/s);
      const other = replace(value);
      return other === undefined ? [] : [`${name}=${other}`];
    })
    .join('&');
}

function fieldName(field: string): string {
  const name = (field.split('=', 1)[0] ?? '').replaceAll('+', ' ');
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function strangeJson(body: Buffer, replace: Replace): Buffer {
  try {
    const value: unknown = JSON.parse(body.toString());
    const text = JSON.stringify(value, (key, inner: unknown) =>
      isCredentialField(key) ? (typeof inner === 'string' ? replace(inner) : undefined) : inner,
    );
    return Buffer.from(text ?? '');
  } catch {
    return body;
  }
}

function strangeMultipart(body: Buffer, type: string): Buffer {
  const boundary = /boundary="?([^\s";]+)/i.exec(type)?.[1];
  if (boundary === undefined) return body;
  // Latin-1 keeps every byte of file parts.
  const parts = body.toString('latin1').split(`--${boundary}`);
  const kept = parts.filter((part) => !isCredentialField(partName(part)));
  return Buffer.from(kept.join(`--${boundary}`), 'latin1');
}

/** The field that a part of a multipart form is for. */
function partName(part: string): string {
  const [head = ''] = part.split('\r\n\r\n', 1);
  const line = head.split('\r\n').find((one) => /^content-disposition:/i.test(one)) ?? '';
  const field = line
    .split(';')
    .map((one) => one.trim())
    .find((one) => one.startsWith('name='));
  return (field ?? '').slice('name='.length).replaceAll('"', '');
}
