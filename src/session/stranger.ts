import { header } from '../model/observation.ts';
import type { WireRequest } from './transport.ts';

const CREDENTIAL_HEADER =
  /^(cookie2?|(proxy-)?authorization|(x-)?(api|app)-?key|(x-)?(auth|access|id|refresh|csrf|xsrf|session|user|device)[-_]?(token|id|key)?|.*(csrf|xsrf|session|token|secret|credential).*)$/i;
const CREDENTIAL_FIELD =
  /^(_?sid|(connect\.)?sid|[\w.-]*session[\w.-]*|j?sess(ion)?_?id|phpsessid|_{0,2}(csrf|xsrf)[\w-]*|authenticity_?token|__requestverificationtoken|state|nonce|code|code_verifier|otp|ticket|[\w-]*token|api_?key|secret|signature|sig|auth)$/i;

/**
 * The request as somebody would send it whom the app has never met: without cookies, credentials and whatever names the
 * visitor's session. `issued` are names of header fields whose values came from the app's replies.
 */
export function asStranger(request: WireRequest, issued: ReadonlySet<string>): WireRequest {
  const headers = request.headers.filter(([name]) => !CREDENTIAL_HEADER.test(name) && !issued.has(name.toLowerCase()));
  const type = header(request.headers, 'content-type') ?? '';
  return {
    ...request,
    headers,
    target: strangeTarget(request.target),
    body: request.body === null ? null : strangeBody(request.body, type),
  };
}

/** Whether a field of a query, form or JSON body names a session or a credential. */
export function isCredentialField(name: string): boolean {
  return CREDENTIAL_FIELD.test(name);
}

function strangeTarget(target: string): string {
  const [path = '', query] = target.split(/\?(.*)/s);
  if (query === undefined) return target;
  const kept = strangeForm(query);
  return kept === '' ? path : `${path}?${kept}`;
}

function strangeBody(body: Buffer, type: string): Buffer {
  if (/urlencoded/i.test(type)) return Buffer.from(strangeForm(body.toString()));
  if (/multipart\/form-data/i.test(type)) return strangeMultipart(body, type);
  if (/\bjson\b/i.test(type)) return strangeJson(body);
  return body;
}

function strangeForm(form: string): string {
  return form
    .split('&')
    .filter((field) => !isCredentialField(fieldName(field)))
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

function strangeJson(body: Buffer): Buffer {
  try {
    const value: unknown = JSON.parse(body.toString());
    return Buffer.from(JSON.stringify(value, (key, inner: unknown) => (isCredentialField(key) ? undefined : inner)) ?? '');
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
