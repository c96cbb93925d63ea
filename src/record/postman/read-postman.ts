import type { z } from 'zod';
import { messageOf, UserError } from '../../errors.ts';
import type { PlainRequest } from '../plain-step.ts';
import { bodyOf, fields, generated } from './body.ts';
import { type Auth, collection, item, type request, type url } from './schema.ts';
import { handlerOf } from './scripts.ts';

/** What a collection says. */
export interface Collection {
  readonly requests: readonly PlainRequest[];
  /** What each request is called. */
  readonly titles: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** Names of those that are marked as secret. */
  readonly secret: ReadonlySet<string>;
  /** What was left out, in words. */
  readonly remarks: readonly string[];
}

const MAX_DEPTH = 20;

/** Reads a collection of Postman (v2.0 and v2.1): its requests in order, folders included. Files are seen from `folder`. Throws a `UserError` for what is none. */
export function readPostman(name: string, source: string, folder: string): Collection {
  const hint = 'In Postman: Export, Collection v2.1.';
  let content: unknown;
  try {
    content = JSON.parse(source.replace(/^\ufeff/, ''));
  } catch (cause) {
    throw new UserError('session-syntax', `${name}: not JSON: ${messageOf(cause)}`, hint, { cause });
  }
  const read = collection.safeParse(content);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new UserError('session-syntax', `${name} is no collection: ${issue?.path.join('.') ?? ''}: ${issue?.message}`, hint);
  }
  const requests: PlainRequest[] = [];
  const titles: string[] = [];
  const remarks: string[] = [];
  const walk = (given: unknown, inherited: Inherited, depth: number) => {
    const parsed = item.safeParse(given);
    if (!parsed.success || depth > MAX_DEPTH) {
      remarks.push(
        `left out, as it is no request that can be read: ${parsed.success ? parsed.data.name : `${nameIn(given)}${parsed.error.issues[0]?.path.join('.') ?? ''}`}`,
      );
      return;
    }
    const { name: title, item: inner, request: sent } = parsed.data;
    const own = heir(inherited, parsed.data);
    for (const one of inner ?? []) walk(one, own, depth + 1);
    if (sent == null) return;
    const plain = requestOf(typeof sent === 'string' ? { url: sent } : sent, { ...own, folder, title, remarks });
    requests.push({ ...plain, ordinal: requests.length + 1 });
    titles.push(title);
  };
  const top = heir({ auth: null, before: [], after: [] }, read.data);
  for (const one of read.data.item) walk(one, top, 0);
  if (requests.length === 0) throw new UserError('session-empty', `${name} holds no request`, hint);
  const variables = (read.data.variable ?? []).flatMap(({ key, id, value, type }) => {
    const called = key ?? id ?? '';
    return called === '' ? [] : [{ called, value: generated(value), isSecret: type === 'secret' }];
  });
  return {
    requests,
    titles,
    variables: Object.fromEntries(variables.map(({ called, value }) => [called, value])),
    secret: new Set(variables.flatMap(({ called, isSecret }) => (isSecret ? [called] : []))),
    remarks,
  };
}

function nameIn(given: unknown): string {
  const named = typeof given === 'object' && given !== null && 'name' in given ? given.name : undefined;
  return typeof named === 'string' ? `"${named}", at ` : '';
}

/** What folders give to the requests in them. */
interface Inherited {
  readonly auth: Auth | null;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

function heir(inherited: Inherited, { auth: own, event: events }: Pick<z.infer<typeof item>, 'auth' | 'event'>): Inherited {
  const scripts = (listen: string) =>
    (events ?? []).filter((one) => one.listen === listen).map(({ script }) => [script?.exec ?? []].flat().join('\n'));
  return {
    auth: own ?? inherited.auth,
    before: [...inherited.before, ...scripts('prerequest')].filter((script) => script.trim() !== ''),
    after: [...inherited.after, ...scripts('test')].filter((script) => script.trim() !== ''),
  };
}

interface Reading extends Inherited {
  readonly folder: string;
  readonly title: string;
  readonly remarks: string[];
}

function requestOf(
  sent: z.infer<typeof request>,
  { folder, title, remarks, ...inherited }: Reading,
): Omit<PlainRequest, 'ordinal'> {
  const headers = fields(typeof sent.header === 'string' ? [] : sent.header).map(({ key, value }): [string, string] => [
    key,
    generated(value),
  ]);
  const proof = proofOf(sent.auth ?? inherited.auth, remarks, title);
  if (proof !== null && 'header' in proof) headers.push(proof.header);
  const { content, type } = bodyOf(sent.body, folder);
  const hasType = headers.some(([name]) => /^content-type$/i.test(name));
  if (type !== null && (!hasType || /multipart/.test(type)))
    headers.splice(0, headers.length, ...headers.filter(([name]) => !/^content-type$/i.test(name)), ['Content-Type', type]);
  const scripts = (all: readonly string[]) =>
    all.flatMap((script) => {
      const { code, left } = handlerOf(script);
      if (left !== null) remarks.push(`"${title}": ${left}`);
      return code === null ? [] : [code];
    });
  const plain = generated(urlOf(sent.url));
  return {
    method: (sent.method ?? 'GET').toUpperCase(),
    url: proof !== null && 'query' in proof ? `${plain}${plain.includes('?') ? '&' : '?'}${proof.query}` : plain,
    headers,
    body: content,
    before: scripts(inherited.before),
    after: scripts(inherited.after),
  };
}

/** With its `:id` filled in, and without parameters that are switched off. */
function urlOf(given: z.infer<typeof url> | null | undefined): string {
  if (given == null) return '/';
  if (typeof given === 'string') return given;
  const raw = given.raw ?? '/';
  const [path = '', ...rest] = raw.split('?');
  const filled = (given.variable ?? []).reduce(
    (now, { key, value }) =>
      key == null || key === '' ? now : now.replace(new RegExp(`/:${key.replace(/\W/g, '\\$&')}(?=/|$)`), () => `/${value}`),
    path,
  );
  const query =
    given.query == null
      ? rest.join('?')
      : fields(given.query)
          .map(({ key, value }) => `${key}=${value}`)
          .join('&');
  return query === '' ? filled : `${filled}?${query}`;
}

function proofOf(given: Auth | null, remarks: string[], title: string): { header: [string, string] } | { query: string } | null {
  if (given === null || given.type === 'noauth' || given.type === 'inherit') return null;
  const value = (list: Auth['basic'], key: string) => String(list?.find((one) => one.key === key)?.value ?? '');
  if (given.type === 'bearer') return { header: ['Authorization', `Bearer ${value(given.bearer, 'token')}`] };
  if (given.type === 'basic') {
    const pair = `${value(given.basic, 'username')}:${value(given.basic, 'password')}`;
    // What is only known when it is played cannot be encoded now; the player does it.
    return { header: ['Authorization', `Basic ${pair.includes('{{') ? pair : Buffer.from(pair).toString('base64')}`] };
  }
  if (given.type === 'apikey') {
    const [key, secret] = [value(given.apikey, 'key'), value(given.apikey, 'value')];
    return value(given.apikey, 'in') === 'query' ? { query: `${key}=${secret}` } : { header: [key, secret] };
  }
  remarks.push(`"${title}": it signs in by ${given.type}, which is left out`);
  return null;
}
