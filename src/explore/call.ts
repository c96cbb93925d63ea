import { header } from '../model/observation.ts';
import { type Answer, type Asked, wordsOf } from './asked.ts';
import type { Identity } from './identity.ts';
import type { KnownIds } from './known-ids.ts';
import { type BodyOf, type Operation, thingOf } from './operation.ts';
import { guessType } from './script-calls.ts';
import { asWords, type Field, valueFor } from './values.ts';

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
    const value = caller.ids.idFor(hole, path) ?? wordFor(hole, path, caller.who);
    if (value === null) unknown ??= hole;
    return encodeURIComponent(value ?? '');
  });
  if (unknown !== null) return { unknown };
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
    headers: [],
    body: body === null ? null : sent(body, { path, thing, caller }),
  };
}

/** The same operation, asked for in another way: what the refusal names, or in another type. `null`: nothing else is known. */
export function mended(operation: Operation, refusal: Answer): Operation | null {
  const { body } = operation;
  if (body === null) return null;
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

function sent({ type, fields }: BodyOf, { path, thing, caller }: { path: string; thing: string; caller: Caller }): Asked['body'] {
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
