import { type Operation, operation } from './operation.ts';

/** Calls in code of a page: method, address, and what stands after it. */
const CALLS: readonly { readonly pattern: RegExp; readonly method: (words: string, verb: string) => string }[] = [
  {
    pattern: /\bfetch\s*\(\s*(["'`])((?:https?:\/\/[^/"'`]+)?\/[^"'`\n]{0,300}|(?:\.\/)?[A-Za-z][\w./?=&-]{0,100})\1/g,
    method: (words) => /\bmethod\s*:\s*["'`](\w+)/.exec(words)?.[1] ?? 'GET',
  },
  {
    pattern: /\b(?:axios|\$|http|api|client)\s*\.\s*(?:get|post|put|patch|delete|getJSON)\s*\(\s*(["'`])(\/[^"'`\n]{0,300})\1/g,
    method: verbOf,
  },
  { pattern: /\.open\s*\(\s*["'`]\w+["'`]\s*,\s*(["'`])(\/[^"'`\n]{0,300})\1/g, method: openOf },
  {
    pattern: /\b(?:url|href|action)\s*[:=]\s*(["'`])(\/[^"'`\n]{0,300})\1/g,
    method: (words) => /\b(?:method|type)\s*:\s*["'`](\w+)/.exec(words)?.[1] ?? 'GET',
  },
];

const LOOK_AHEAD = 400;
const MAX_CALLS = 100;

/** Calls to the app that a script of a page names in full. Hostile text: walked once for each kind of call. */
export function callsIn(script: string): Operation[] {
  const found = CALLS.flatMap(({ pattern, method }) =>
    [...script.matchAll(pattern)].slice(0, MAX_CALLS).flatMap((match) => {
      const after = ownPart(script.slice(match.index + match[0].length, match.index + match[0].length + LOOK_AHEAD));
      const one = operation(method(after, match[0]), (match[2] ?? '').replace(/^\.\//, ''), 'scripts');
      return one === null ? [] : [withFields(one, after)];
    }),
  );
  const key = ({ method, path }: Operation) => `${method} ${path}`;
  return found.filter((one, index) => found.findIndex((other) => key(other) === key(one)) === index);
}

/** Up to the next call. */
function ownPart(after: string): string {
  const next = /\bfetch\s*\(|\baxios\b|\.open\s*\(/.exec(after);
  return next === null ? after : after.slice(0, next.index);
}

function verbOf(_: string, call: string): string {
  const verb = /\.\s*(get|post|put|patch|delete|getJSON)\s*\(/i.exec(call)?.[1] ?? 'GET';
  return verb === 'getJSON' ? 'GET' : verb;
}

function openOf(_: string, call: string): string {
  return /["'`](\w+)["'`]/.exec(call)?.[1] ?? 'GET';
}

/** The members of the object that is sent. */
function withFields(one: Operation, after: string): Operation {
  if (one.method === 'GET' || one.method === 'HEAD') return one;
  const isForm = /urlencoded|URLSearchParams|FormData/i.test(after);
  const object =
    /JSON\.stringify\s*\(\s*\{([^}]*)\}/.exec(after)?.[1] ??
    /URLSearchParams\s*\(\s*\{([^}]*)\}/.exec(after)?.[1] ??
    /^\s*,\s*\{([^}]*)\}/.exec(after)?.[1] ??
    '';
  const names = [...object.matchAll(/(?:^|,)\s*["']?([A-Za-z_]\w*)["']?\s*(?::|,|$)/g)].map(([, name = '']) => name);
  const fields = names
    .filter((name) => !/^(?:method|headers|body|credentials|mode|cache)$/.test(name))
    .map((name) => ({ name, type: guessType(name) }));
  if (one.method === 'DELETE' && fields.length === 0) return one;
  return { ...one, body: { type: isForm ? 'form' : 'json', fields } };
}

/** The JSON type that a member of this name usually has. */
export function guessType(name: string): string {
  if (
    /^(?:is|has|can)[A-Z_]|^(?:done|completed?|active|enabled|checked|published|public|private|agree|accept(?:ed)?|remember)$/i.test(
      name,
    )
  )
    return 'boolean';
  if (/^(?:tags|items|lines|ids|values|members|labels)$|[a-z](?:List|Ids)$/.test(name)) return 'array';
  return /(?:^|_)(?:qty|quantity|count|amount|price|total|age|year|rating|score|stars|limit|offset|page|size|stock|points|number|seats?|nights|delta|by)$|(?:Qty|Quantity|Count|Amount|Price|Total|Year|Rating|Score)$/.test(
    name,
  )
    ? 'number'
    : 'string';
}
