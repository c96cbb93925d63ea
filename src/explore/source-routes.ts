import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { type Operation, operation } from './operation.ts';
import { guessType } from './script-calls.ts';

/** A place where an app's source says what it answers. */
interface Mention {
  readonly method: string;
  readonly path: string;
  /** Where it stands, and ends, in the text. */
  readonly start: number;
  readonly end: number;
}

const VERB = '(get|post|put|patch|delete)';
const LANGUAGES: Readonly<Record<string, readonly RegExp[]>> = {
  js: [
    new RegExp(`\\.\\s*${VERB}\\s*\\(\\s*["'\`](/[^"'\`\\n]{0,200})["'\`]`, 'gi'),
    /\bmethod\s*:\s*["'`](\w+)["'`]\s*,\s*(?:url|path)\s*:\s*["'`](\/[^"'`\n]{0,200})/gi,
    /\bmethod\s*===?\s*["'`](\w+)["'`]\s*&&[^\n]{0,80}?(?:url|path|pathname|route)\s*===?\s*["'`](\/[^"'`\n]{0,200})/g,
    /["'`](GET|POST|PUT|PATCH|DELETE) (\/[^"'`\s]{0,200})["'`]/g,
    new RegExp(`@${VERB}\\(\\s*(?:["'\`]([^"'\`\\n]{0,200})["'\`])?`, 'gi'),
  ],
  py: [
    new RegExp(`@\\w+\\.${VERB}\\(\\s*["'](/[^"'\\n]{0,200})`, 'gi'),
    /@\w+\.(route)\(\s*["'](\/[^"'\n]{0,200})["'](?:\s*,\s*methods\s*=\s*[[(][^\])]*[\])])?/g,
    /\b(path)\(\s*["']([\w<>:/-]{0,200})["']\s*,(?!\s*include)/g,
  ],
  rb: [new RegExp(`^\\s*${VERB}\\s+["'](/[^"'\\n]{0,200})["']`, 'gm')],
  php: [new RegExp(`(?:->|::)\\s*${VERB}\\(\\s*["'](/?[^"'\\n]{0,200})["']`, 'gi')],
  go: [
    /\.(GET|POST|PUT|PATCH|DELETE|Get|Post|Put|Patch|Delete)\(\s*"(\/[^"\n]{0,200})"/g,
    /HandleFunc\(\s*"(?:(GET|POST|PUT|PATCH|DELETE) )?(\/[^"\n]{0,200})"/g,
  ],
  java: [/@(Get|Post|Put|Patch|Delete)Mapping\(\s*(?:(?:value|path)\s*=\s*)?\{?\s*"([^"\n]{0,200})"/g],
};
const OF_EXTENSION: Readonly<Record<string, string>> = {
  '.js': 'js',
  '.mjs': 'js',
  '.cjs': 'js',
  '.ts': 'js',
  '.mts': 'js',
  '.tsx': 'js',
  '.jsx': 'js',
  '.py': 'py',
  '.rb': 'rb',
  '.pl': 'rb',
  '.php': 'php',
  '.go': 'go',
  '.java': 'java',
  '.kt': 'java',
};
/** Folders of what is not the app's own, or not the app. */
const ELSEWHERE =
  /^(?:node_modules|vendor|bower_components|\..*|dist|build|out|target|coverage|tests?|__tests__|spec|e2e|examples?|docs?|public|static|assets|venv|env|__pycache__|share-nothing)$/i;
const ELSEWHERE_FILE = /\.(?:test|spec|min|config|d)\.\w+$/i;
const MAX_FILES = 300;
const MAX_BYTES = 512 * 1024;
const MAX_DEPTH = 6;
const MAX_ROUTES = 200;
/** So much text after a route is looked at for what it takes. */
const HANDLER_CHARS = 2000;

/** Routes that the source of an app names in full, with the names of what their handlers take. Reads some hundred files at most. */
export function routesInSource(folder: string): Operation[] {
  const found = new Map<string, Operation>();
  for (const file of sourceFiles(folder)) {
    const language = OF_EXTENSION[extname(file).toLowerCase()] ?? '';
    const text = readFileSync(file, 'utf8');
    for (const one of routesIn(text, { language, from: basename(file) })) {
      const key = `${one.method} ${one.path}`;
      if (!found.has(key) && found.size < MAX_ROUTES) found.set(key, one);
    }
  }
  return [...found.values()];
}

/** Routes that a text names. `language`: `js`, `py`, `rb`, `php`, `go` or `java`. */
export function routesIn(text: string, { language, from }: { language: string; from: string }): Operation[] {
  const prefix = language === 'js' || language === 'java' ? controllerPrefix(text) : '';
  const mentions = (LANGUAGES[language] ?? [])
    .flatMap((pattern) =>
      [...text.matchAll(pattern)].flatMap((match): Mention[] => {
        const [whole, verb = 'GET', path = ''] = match;
        const at = { path: prefix !== '' && whole.startsWith('@') ? join('/', prefix, path) : path, start: match.index };
        return methodsOf(verb, whole).map((method) => ({ ...at, method, end: match.index + whole.length }));
      }),
    )
    .sort((one, other) => one.start - other.start);
  return mentions.flatMap(({ method, path, end }, index) => {
    const one = operation(method, path, from);
    if (one === null) return [];
    const next = mentions.slice(index + 1).find(({ start }) => start > end)?.start ?? text.length;
    return [withTaken(one, text.slice(end, Math.min(next, end + HANDLER_CHARS)))];
  });
}

function methodsOf(verb: string, whole: string): string[] {
  if (verb === 'path') return ['GET'];
  if (verb !== 'route') return [verb.toUpperCase()];
  const methods = [...(/methods\s*=\s*[[(]([^\])]*)/.exec(whole)?.[1] ?? '').matchAll(/["'](\w+)["']/g)].map(([, name = '']) =>
    name.toUpperCase(),
  );
  return methods.length === 0 ? ['GET'] : methods;
}

function controllerPrefix(text: string): string {
  return /@(?:Controller|RequestMapping)\(\s*(?:(?:value|path)\s*=\s*)?["'`]([^"'`\n]{0,100})["'`]/.exec(text)?.[1] ?? '';
}

/** What handlers take from a body or a query, by the customary names of these. */
const TAKEN: readonly RegExp[] = [
  /\b(?:body|payload)\??\.([A-Za-z_]\w*)\b(?!\s*\()/g,
  /\b(?:body|payload|input|form|json|data|fields|params|values|POST)\s*\??\.?(?:\[|\.get\(|\.fetch\()\s*:?["']?(\w+)/g,
  /\bget_json\([^)]*\)(?:\[|\.get\()\s*["'](\w+)/g,
  /\$_(?:POST|REQUEST)\[["'](\w+)/g,
  /(?:FormValue|getParameter|PostForm|formData\.get|form\.get)\(\s*["'](\w+)/g,
];
const DESTRUCTURED =
  /\{([^{}]{1,300})\}\s*(?:=|:\s*\w+\s*=)\s*(?:await\s+)?(?:JSON\.parse\(|[\w.]*(?:body|payload|input|json\(|readJson|readBody|parse\w*\())/g;
const QUERY = [
  /\bquery\??\.([A-Za-z_]\w*)\b(?!\s*\()/g,
  /searchParams\.get\(\s*["'](\w+)/g,
  /\bargs(?:\.get\(|\[)\s*["'](\w+)/g,
  /\$_GET\[["'](\w+)/g,
];
/** Members of objects, and no names of values. */
const NO_NAME =
  /^(?:length|toString|trim|split|map|filter|on|pipe|json|text|end|get|set|has|then|catch|push|id_token_hint|read|buffer)$/;

function withTaken(one: Operation, handler: string): Operation {
  const field = (name: string) => ({ name, type: guessType(name) });
  const query = named(QUERY, handler).map(field);
  if (one.method === 'GET') return { ...one, query };
  const taken = named(TAKEN, handler);
  const destructured = [...handler.matchAll(DESTRUCTURED)].flatMap(([, names = '']) =>
    names.split(',').map((name) => /^\s*(\w+)/.exec(name)?.[1] ?? ''),
  );
  const fields = [...new Set([...taken, ...destructured])].filter((name) => name !== '' && !NO_NAME.test(name));
  if (one.method === 'DELETE' && fields.length === 0) return { ...one, query };
  const isForm = /\$_POST|FormValue|getParameter|request\.form\b|params\[|urlencoded|URLSearchParams/.test(handler);
  return { ...one, query, body: { type: isForm ? 'form' : 'json', fields: fields.map(field) } };
}

function named(patterns: readonly RegExp[], text: string): string[] {
  const names = patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name = '']) => name));
  return [...new Set(names)].filter((name) => name !== '' && !NO_NAME.test(name));
}

/** Files of source code, those near the top first. */
function sourceFiles(folder: string): string[] {
  const found: string[] = [];
  let open = [folder];
  for (let depth = 0; depth < MAX_DEPTH && open.length > 0; depth++) {
    const inner: string[] = [];
    for (const one of open) {
      for (const entry of entriesOf(one)) {
        const path = join(one, entry.name);
        if (entry.isDirectory() && !ELSEWHERE.test(entry.name)) inner.push(path);
        const isSource = OF_EXTENSION[extname(entry.name).toLowerCase()] !== undefined && !ELSEWHERE_FILE.test(entry.name);
        if (entry.isFile() && isSource && found.length < MAX_FILES && sizeOf(path) <= MAX_BYTES) found.push(path);
      }
    }
    open = inner;
  }
  return found;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((one, other) => (one.name < other.name ? -1 : 1));
  } catch {
    // What cannot be read names no routes.
    return [];
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? Number.POSITIVE_INFINITY;
}
