import { type Line, restOf, syntaxError } from './syntax.ts';

/** Method and URL of a request, the URL in the pieces it is written in. */
export interface RequestLine {
  readonly method: string;
  readonly url: readonly Line[];
}

const VERSION = /^HTTP\/\d+(\.\d+)?(\s*\([^)]*\))?\s*$/i;
const COMMON = /^(get|head|post|put|patch|delete|options|trace|connect|graphql|websocket|grpc|rsocket)$/i;
const UNSUPPORTED = /^(websocket|grpc|rsocket|connect)$/i;

/** Reads `METHOD url HTTP/1.1`, where method and version may be left out. */
export function readRequestLine(lines: readonly Line[]): RequestLine {
  const [first, ...rest] = lines as readonly [Line, ...Line[]];
  const [, indent = '', word = '', gap = ''] = /^(\s*)(\S+)(\s*)/.exec(first.text) ?? [];
  const hasMethod = COMMON.test(word) || (/^[A-Z][A-Z-]*$/.test(word) && gap !== '');
  if (!hasMethod && !looksLikeUrl(word)) throw notARequest(first, word);
  if (hasMethod && UNSUPPORTED.test(word)) throw unsupported(first, word);
  const url = restOf(first, hasMethod ? indent.length + word.length + gap.length : indent.length);
  const pieces = [url, ...rest].map(trimmed);
  if (hasMethod && pieces.every(({ text }) => text === '')) throw withoutUrl(first, word);
  const last = pieces.length - 1;
  return {
    method: hasMethod ? word.toUpperCase() : 'GET',
    url: pieces.map((piece, index) => (index === last || index === 0 ? { ...piece, text: withoutVersion(piece.text) } : piece)),
  };
}

function withoutVersion(text: string): string {
  const at = text.toUpperCase().lastIndexOf('HTTP/');
  return at > 0 && /\s/.test(text[at - 1] ?? '') && VERSION.test(text.slice(at)) ? text.slice(0, at).trimEnd() : text;
}

function trimmed(line: Line): Line {
  const start = line.text.length - line.text.trimStart().length;
  const rest = restOf(line, start);
  return { ...rest, text: rest.text.trimEnd() };
}

function looksLikeUrl(word: string): boolean {
  return /^(\/|\?|\{\{|[a-z][a-z0-9+.-]*:\/\/|localhost\b|[\w.-]+:\d+|[\w-]+(\.[\w-]+)+)/i.test(word);
}

function withoutUrl(line: Line, method: string) {
  const column = line.place.column + line.text.indexOf(method) + method.length;
  return syntaxError(
    line.source,
    { line: line.place.line, column },
    {
      message: `${method.toUpperCase()} what? The request names no URL`,
      hint: `Write it behind the method: \`${method.toUpperCase()} /cart\`.`,
    },
  );
}

function notARequest(line: Line, word: string) {
  const column = line.place.column + line.text.indexOf(word);
  const colon = /^[\w-]+:/.test(line.text.trim());
  return syntaxError(
    line.source,
    { line: line.place.line, column },
    {
      message: colon ? 'a request line must come before this header' : 'expected a request line',
      hint: 'A request starts with its method and URL: `GET /cart`. A comment starts with `#`. Requests are separated by `###`.',
    },
  );
}

function unsupported(line: Line, method: string) {
  const column = line.place.column + line.text.indexOf(method);
  return syntaxError(
    line.source,
    { line: line.place.line, column },
    {
      message: `${method.toUpperCase()} requests are not supported yet`,
      hint: 'Take this request out of the session, or put it into a file of its own.',
    },
  );
}
