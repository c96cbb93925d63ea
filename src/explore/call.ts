import { header } from '../model/observation.ts';
import { type Answer, type Asked, wordsOf } from './asked.ts';
import type { Identity } from './identity.ts';
import type { KnownIds } from './known-ids.ts';
import { fileFor, multipart } from './multipart.ts';
import { type BodyOf, NEEDS_ID, type Operation, thingOf } from './operation.ts';
import { guessType } from './script-calls.ts';
import { asWords, type Field, valueFor } from './values.ts';

const MAX_DEPTH = 8;
/** What is sent for a text that only a refusal has named. */
const NAMED_LATER = 'tea';

/** Who calls, and what he knows. */
export interface Caller {
  readonly who: Identity;
  readonly ids: KnownIds;
}

/** The request that an operation makes; the name of the hole that nothing is known for, if there is one. */
export function called(operation: Operation, caller: Caller): Asked | { readonly unknown: string } {
  const { method, path, query, body } = operation;
  let unknown: string | null = null;
  const filledPath = path.replace(/\{([^}]*)\}/g, (_, hole: string) => {
    const value = caller.ids.idFor(hole, path) ?? operation.examples?.[hole] ?? wordFor(hole, path, caller.who);
    if (value === null) unknown ??= hole;
    return encodeURIComponent(value ?? '');
  });
  const lacking = unknown ?? lackingIn(body?.example, path, caller);
  if (lacking !== null) return { unknown: lacking };
  const thing = thingOf(path);
  const pairs = query.map((field): [string, string] => [
    field.name,
    String(idOr(field, path, caller) ?? valueFor(field, caller.who, thing)),
  ]);
  const search = pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`;
  return {
    title: operation.title === '' ? titleOf(method, path) : operation.title,
    method,
    target: filledPath + search,
    headers: operation.headers ?? [],
    body: body === null ? null : sent(body, { path, thing, caller }),
  };
}

/** The name of an id that an example needs, and that nobody has told; `null`: there is none. */
function lackingIn(example: unknown, path: string, caller: Caller): string | null {
  let lacking: string | null = null;
  withIds(example, (name, value) => {
    if (value === NEEDS_ID && caller.ids.idFor(name, `${path}/{${name}}`) === null) lacking ??= name;
    return value;
  });
  return lacking;
}

/** A JSON value with each of its plain members as `of` has it. */
function withIds(value: unknown, of: (name: string, value: unknown) => unknown, name = '', depth = 0): unknown {
  if (depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((inner) => withIds(inner, of, name, depth + 1));
  if (typeof value !== 'object' || value === null) return of(name, value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withIds(inner, of, key, depth + 1)]));
}

/** An example with the ids of things that are there. */
function asTold(example: unknown, path: string, caller: Caller): unknown {
  return withIds(example, (name, value) => {
    const known =
      value === NEEDS_ID ? caller.ids.idFor(name, `${path}/{${name}}`) : idOr({ name, type: typeof value }, path, caller);
    if (known === null) return value;
    return typeof value === 'number' && /^\d{1,15}$/.test(known) ? Number(known) : known;
  });
}

/** The same operation, asked for in another way: what the refusal names, or in another type. `null`: nothing else is known. */
export function mended(operation: Operation, refusal: Answer): Operation | null {
  const { body } = operation;
  if (body === null) return null;
  if (body.example !== undefined) return withMissing(operation, body, refusal);
  const missing = namesIn(refusal.body.text).filter((name) => !body.fields.some((field) => field.name === name));
  if (missing.length > 0) {
    const fields = [...body.fields, ...missing.map((name) => ({ name, type: guessType(name) }))];
    return { ...operation, body: { ...body, fields } };
  }
  const isOther =
    refusal.status === 415 || (body.type === 'json' && /urlencoded|form/i.test(header(refusal.headers, 'accept') ?? ''));
  if (isOther || (body.fields.length > 0 && (refusal.status === 400 || refusal.status === 422)))
    return body.type === 'json' ? { ...operation, body: { ...body, type: 'form' } } : null;
  return null;
}

/** The same with what the refusal names, as an example that is an object has room for it. */
function withMissing(operation: Operation, body: BodyOf, refusal: Answer): Operation | null {
  const { example } = body;
  if (typeof example !== 'object' || example === null || Array.isArray(example) || operation.name !== undefined) return null;
  const missing = namesIn(refusal.body.text).filter((name) => !Object.hasOwn(example, name));
  if (missing.length === 0) return null;
  const more = missing.map((name): [string, unknown] => {
    const type = guessType(name);
    return [name, type === 'number' ? 1 : type === 'boolean' ? true : NAMED_LATER];
  });
  return { ...operation, body: { ...body, example: { ...example, ...Object.fromEntries(more) } } };
}

/** Names of what only the app can have made. */
const ISSUED = /token|csrf|nonce|ticket|challenge|captcha|signature|cursor/i;

const ANYTHING: readonly Field[] = ['name', 'text'].map((name) => ({ name, type: 'string' }));

/** Values whose name says what they are; of others the app must have told. */
function wordFor(hole: string, path: string, who: Identity): string | null {
  const words = asWords(hole);
  if (
    /^(?:user ?name|user|name|key|slug|topic|room|channel|tag|category|lang|locale|q|query|term|city|word|text|file ?name|path)$/.test(
      words,
    )
  )
    return valueFor({ name: hole, type: 'string', maxLength: 32 }, who, thingOf(path)).replaceAll(' ', '-');
  return /^(?:n|page|number|count|limit|year|month|day|amount|index|a|b|x|y)$/.test(words)
    ? valueFor({ name: hole, type: 'number' }, who)
    : null;
}

/** What names a thing, or proves something, that the app has told of. */
function idOr({ name, options }: Field, path: string, { ids }: Caller): string | null {
  if (ISSUED.test(name)) return ids.valueOf(name);
  return options === undefined && /(?:^|_)id$|[a-z]Id$|sku$|code$/.test(name) ? ids.idFor(name, `${path}/{${name}}`) : null;
}

function sent(body: BodyOf, { path, thing, caller }: { path: string; thing: string; caller: Caller }): Asked['body'] {
  const { type, fields, example } = body;
  if (example !== undefined && type === 'json')
    return { type: 'application/json', text: JSON.stringify(asTold(example, path, caller)) };
  const value = (field: Field): unknown => {
    const known = idOr(field, path, caller);
    if (known !== null)
      return field.type === 'number' || field.type === 'integer' || /^\d{1,9}$/.test(known) ? Number(known) : known;
    const text = valueFor(field, caller.who, thing);
    if (field.type === 'number' || field.type === 'integer') return Number(text);
    if (field.type === 'boolean') return true;
    return field.type === 'array' ? [text] : text;
  };
  // Where nothing is known of it, something is sent that most would take.
  const known = fields.length > 0 ? fields.filter(({ name }) => !ISSUED.test(name) || caller.ids.valueOf(name) !== null) : ANYTHING;
  if (type === 'multipart') {
    const plain = (field: Field) => ({ name: field.name, value: String(value(field)), file: null });
    return multipart(
      known.map((field) =>
        field.type === 'file' ? fileFor({ name: field.name, accept: field.label ?? '' }, caller.who) : plain(field),
      ),
    );
  }
  const pairs = known.map((field): [string, unknown] => [field.name, value(field)]);
  if (type === 'json') return { type: 'application/json', text: JSON.stringify(Object.fromEntries(pairs)) };
  const texts = pairs.map(([name, one]): [string, string] => [name, String(one)]);
  return { type: 'application/x-www-form-urlencoded', text: new URLSearchParams(texts).toString() };
}

function titleOf(method: string, path: string): string {
  const words = wordsOf(path.replace(/\{[^}]*\}/g, '')).toLowerCase();
  const isOne = /\}$/.test(path);
  switch (method) {
    case 'GET':
      return isOne ? `One of ${words}` : words === 'home' ? 'Home' : `Show ${words}`;
    case 'PUT':
    case 'PATCH':
      return `Change ${isOne ? 'one of ' : ''}${words}`;
    case 'DELETE':
      return `Delete ${isOne ? 'one of ' : ''}${words}`;
    default:
      return /\b(?:login|logout|register|signup|sign up|checkout|search|reset|start|stop)$/.test(words)
        ? words.charAt(0).toUpperCase() + words.slice(1)
        : `Send ${words}`;
  }
}

/** What a refusal says is missing. */
const NAMED: readonly RegExp[] = [
  /["'`](?:path|loc|field|param|property|instancePath)["'`]\s*:\s*(?:\[\s*(?:["']body["']\s*,\s*)?)?["']\/?([A-Za-z_]\w*)["']/g,
  /["'`\\]+([A-Za-z_]\w*)["'`\\]+\s+(?:field\s+)?(?:is|are|must|should|was|has|cannot|can't|not)\b/g,
  /\bproperty\s+["'`\\]+([A-Za-z_]\w*)/g,
  /\b([a-z_]\w*)\s+(?:is|are)\s+(?:required|missing|mandatory|needed|invalid|not provided)/gi,
  /\b([a-z_]\w*)\s+(?:must|should|cannot|can't)\s+(?:not\s+)?be\b/gi,
  /\b([a-z_]\w*) and ([a-z_]\w*) (?:are )?(?:required|needed|missing)/gi,
  /\b(?:missing|required|requires|needs?|expected|provide|specify)(?:\s+(?:an?|the|field|fields|parameter|property|value|key|your))*:?\s+["'`\\]*([a-z_]\w*)/gi,
];
const NO_FIELD =
  /^(?:it|this|that|body|field|fields|value|request|json|input|parameter|data|error|message|validation|which|what|id_?|property|and|or|a|an|the|be|is|valid|string|number|object|content|header|authorization|authentication|login|token|to|at|least|null|undefined|true|false|in|of)$/i;

function namesIn(text: string): string[] {
  const plain = text.slice(0, 5000);
  const names = NAMED.flatMap((pattern) =>
    [...plain.matchAll(pattern)].flatMap(([, ...groups]) => groups.filter((name) => name !== undefined)),
  );
  return [...new Set(names)].filter((name) => !NO_FIELD.test(name)).slice(0, 8);
}
