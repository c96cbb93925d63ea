import type { BodyOf, Operation } from './operation.ts';
import { guessType } from './script-calls.ts';

/** What handlers take from a body, by the customary names of it. */
const TAKEN: readonly RegExp[] = [
  /\b(?:body|payload)\??\.([A-Za-z_]\w*)\b(?!\s*\()/g,
  /\b(?:body|payload|input|form|json|data|fields|params|values|POST)\s*\??\.?(?:\[|\.get\(|\.fetch\()\s*:?["']?(\w+)/g,
  /\bget_json\([^)]*\)(?:\[|\.get\()\s*["'](\w+)/g,
  /\$_(?:POST|REQUEST)\[["'](\w+)/g,
  /(?:FormValue|getParameter|PostForm|formData\.get|form\.get)\(\s*["'](\w+)/g,
];
const DESTRUCTURED =
  /\{([^{}]{1,300})\}\s*(?:=|:\s*\w+\s*=)\s*(?:await\s+)?(?:JSON\.parse\(|[\w.]*(?:body|payload|input|json\(|readJson|readBody|parse\w*\())/g;
/** A variable that is a body. */
const ALIAS =
  /(\$?\b\w+)\s*:?=\s*(?:await\s+)?(?:json\.loads|JSON\.parse|json_decode|\w+\.(?:body|json)\b|\w+\.get_json|await\s+\w+\()/g;
/** Files that a handler takes: multer's, Flask's and Django's, PHP's, Go's. */
const FILES = [
  /\.(?:single|array)\(\s*["'](\w+)["']/g,
  /\bfiles(?:\[|\.get\()\s*["'](\w+)/gi,
  /\$_FILES\[["'](\w+)/g,
  /\.FormFile\(\s*"(\w+)/g,
];
const QUERY = [
  /\bquery\??\.([A-Za-z_]\w*)\b(?!\s*\()/g,
  /searchParams\.get\(\s*["'](\w+)/g,
  /\bargs(?:\.get\(|\[)\s*["'](\w+)/g,
  /\$_GET\[["'](\w+)/g,
];
/** Members of objects, and no names of values. */
const NO_NAME =
  /^(?:length|toString|trim|split|map|filter|on|pipe|json|text|end|get|set|has|then|catch|push|read|buffer|method|headers|body|encode|decode|keys|values|items|append|join)$/;
const IS_FORM = /\$_POST|FormValue|getParameter|request\.form\b|request\.POST\b|params\[|urlencoded|URLSearchParams|parse_qs/;

/** The operation with what its handler takes. `handler`: the text of it, as far as it can be told. */
export function withTaken(one: Operation, handler: string): Operation {
  const field = (name: string) => ({ name, type: guessType(name) });
  const query = named(QUERY, handler).map(field);
  if (one.method === 'GET') return { ...one, query };
  const aliases = [...handler.matchAll(ALIAS)].map(([, name = '']) => name);
  const members = aliases.flatMap((alias) => named(membersOf(alias), handler));
  const destructured = [...handler.matchAll(DESTRUCTURED)].flatMap(([, names = '']) =>
    names.split(',').map((name) => /^\s*(\w+)/.exec(name)?.[1] ?? ''),
  );
  const fields = [...new Set([...named(TAKEN, handler), ...members, ...destructured.filter(isName)])];
  if (one.method === 'DELETE' && fields.length === 0) return { ...one, query };
  const files = named(FILES, handler);
  if (files.length > 0) {
    const others = fields.filter((name) => !files.includes(name)).map(field);
    return { ...one, query, body: { type: 'multipart', fields: [...others, ...files.map((name) => ({ name, type: 'file' }))] } };
  }
  const body: BodyOf = { type: IS_FORM.test(handler) ? 'form' : 'json', fields: fields.map(field) };
  return { ...one, query, body };
}

function membersOf(alias: string): RegExp[] {
  const plain = alias.replace('$', '\\$');
  return [
    new RegExp(`${plain}\\??\\.([A-Za-z_]\\w*)\\b(?!\\s*\\()`, 'g'),
    new RegExp(`${plain}(?:\\[|\\.get\\()\\s*["'](\\w+)`, 'g'),
  ];
}

function named(patterns: readonly RegExp[], text: string): string[] {
  const names = patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].flatMap(([whole, name = '']) => (/["']\w+$/.test(whole) || isName(name) ? [name] : [])),
  );
  return [...new Set(names)];
}

function isName(name: string): boolean {
  return name !== '' && !NO_NAME.test(name);
}

/** The functions that a route hands its requests to, where the same text defines them; cut to so many characters each. */
export function namedHandlers(after: string, text: string, chars: number): string {
  const [arguments_ = ''] = after.split(/[;\n]/, 1);
  const names = [...arguments_.matchAll(/(?:^|[\s,(.])([A-Za-z_]\w*)\s*(?=[,)])/g)].map(([, name = '']) => name);
  return names
    .slice(0, 3)
    .map((name) => {
      const at = text.search(new RegExp(`(?:function|def|const|let|var|func)\\s+(?:\\([^)]*\\)\\s*)?${name}\\b`));
      return at === -1 ? '' : text.slice(at, at + chars);
    })
    .join('\n');
}
