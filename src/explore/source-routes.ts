import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { namedHandlers, withTaken } from './handler-fields.ts';
import { type Operation, operation } from './operation.ts';

/** A place where an app's source says what it answers. */
interface Mention {
  readonly method: string;
  readonly path: string;
  /** Where it stands, and ends, in the text. */
  readonly start: number;
  readonly end: number;
}

const VERB = '(get|post|put|patch|delete)';
/** A path that a request's is held against: its methods stand nearby. */
const COMPARED = /\b(url|path|pathname|route)\s*[!=]==?\s*["'`](\/[^"'`\n]{0,200})["'`]/g;
const LANGUAGES: Readonly<Record<string, readonly RegExp[]>> = {
  js: [
    new RegExp(`\\.\\s*${VERB}\\s*\\(\\s*["'\`](/[^"'\`\\n]{0,200})["'\`]`, 'gi'),
    /\bmethod\s*:\s*["'`](\w+)["'`]\s*,\s*(?:url|path)\s*:\s*["'`](\/[^"'`\n]{0,200})/gi,
    /\bmethod\s*===?\s*["'`](\w+)["'`]\s*&&[^\n]{0,80}?(?:url|path|pathname|route)\s*===?\s*["'`](\/[^"'`\n]{0,200})/g,
    /["'`](GET|POST|PUT|PATCH|DELETE) (\/[^"'`\s]{0,200})["'`]/g,
    new RegExp(`@${VERB}\\(\\s*(?:["'\`]([^"'\`\\n]{0,200})["'\`])?`, 'gi'),
    COMPARED,
  ],
  py: [
    new RegExp(`@\\w+\\.${VERB}\\(\\s*["'](/[^"'\\n]{0,200})`, 'gi'),
    /@\w+\.(route)\(\s*["'](\/[^"'\n]{0,200})["'](?:\s*,\s*methods\s*=\s*[[(][^\])]*[\])])?/g,
    /\b(path)\(\s*["']([\w<>:/-]{0,200})["']\s*,(?!\s*include)/g,
    COMPARED,
    /\bdef do_(GET|POST|PUT|PATCH|DELETE)\b()/g,
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
  const isCompared = text.search(COMPARED) !== -1;
  const mentions = (LANGUAGES[language] ?? [])
    // A handler of all paths is asked for `/`, unless it tells them apart.
    .filter(({ source }) => !(isCompared && source.includes('do_')))
    .flatMap((pattern) =>
      [...text.matchAll(pattern)].flatMap((match): Mention[] => {
        const [whole, verb = 'GET', path = ''] = match;
        const end = match.index + whole.length;
        const at = { path: prefix !== '' && whole.startsWith('@') ? join('/', prefix, path) : path, start: match.index, end };
        const methods = NEARBY.test(verb) && !whole.startsWith('@') ? methodsNear(text, at) : methodsOf(verb, whole);
        return methods.map((method) => ({ ...at, method }));
      }),
    )
    .sort((one, other) => one.start - other.start);
  const isFirst = ({ method, path }: Mention, index: number) =>
    mentions.findIndex((other) => other.method === method && other.path === path) === index;
  return mentions.flatMap((mention, index) => {
    const { method, path, end } = mention;
    if (!isFirst(mention, index)) return [];
    const one = operation(method, path, from);
    if (one === null) return [];
    const next = mentions.slice(index + 1).find(({ start }) => start > end)?.start ?? text.length;
    const after = text.slice(end, Math.min(next, end + HANDLER_CHARS));
    return [withTaken(one, `${after}\n${namedHandlers(text.slice(end, end + 200), text, HANDLER_CHARS)}`)];
  });
}

/** What stands where a verb would, if a path is only compared or named. */
const NEARBY = /^(?:url|path|pathname|route)$/;
const METHOD_NEARBY = /\bmethod\s*[!=]==?\s*["'`](GET|POST|PUT|PATCH|DELETE)["'`]|\brequire_(POST)|\brequest\.(POST)\b/g;

/** The rest of a line whose condition is followed by all that is done, without a block. */
const DONE_AT_ONCE = /^[^\n{}]*\)\s*return\b[^\n]*[;)][ \t]*(?=\n|$)/;

/** Methods that are named in the handler of a path, or in the line of it; GET, if none is. */
function methodsNear(text: string, { start, end }: { start: number; end: number }): string[] {
  const line = text.slice(text.lastIndexOf('\n', start) + 1, start);
  const rest = DONE_AT_ONCE.exec(text.slice(end, end + HANDLER_CHARS))?.[0] ?? text.slice(end, end + HANDLER_CHARS);
  const next = rest.search(/\b(?:url|path|pathname|route)\s*[!=]==?\s*["'`]\/|\bpath\(\s*["']/);
  const own = `${line}${next === -1 ? rest : rest.slice(0, next)}\n${namedHandlers(text.slice(end, end + 200), text, HANDLER_CHARS)}`;
  const around = /\bdef do_(\w+)(?![\s\S]*\bdef do_)/.exec(text.slice(0, start))?.[1];
  if (around !== undefined) return [around];
  const inLine = [...line.matchAll(METHOD_NEARBY), ...(text.slice(end).split('\n', 1)[0] ?? '').matchAll(METHOD_NEARBY)];
  const found = (inLine.length > 0 ? inLine : [...own.matchAll(METHOD_NEARBY)]).flatMap(([, ...groups]) =>
    groups.filter((one) => one !== undefined),
  );
  if (inLine.length > 0) return [...new Set(found)];
  return [...new Set(['GET', ...found])];
}

function methodsOf(verb: string, whole: string): string[] {
  if (verb !== 'route') return [verb.toUpperCase()];
  const listed = /methods\s*=\s*[[(]([^\])]*)/.exec(whole)?.[1] ?? '';
  const methods = [...listed.matchAll(/["'](\w+)["']/g)].map(([, name = '']) => name.toUpperCase());
  return methods.length === 0 ? ['GET'] : methods;
}

function controllerPrefix(text: string): string {
  return /@(?:Controller|RequestMapping)\(\s*(?:(?:value|path)\s*=\s*)?["'`]([^"'`\n]{0,100})["'`]/.exec(text)?.[1] ?? '';
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
