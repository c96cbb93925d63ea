import { type Place, type SourceText, syntaxError } from './syntax.ts';

/** A piece of one line and where it stands. */
export interface Line {
  readonly source: SourceText;
  readonly text: string;
  readonly place: Place;
}

/** A request as it is written, before any variable is looked at. */
export interface RawRequest {
  /** Index of the block in the file. */
  readonly block: number;
  readonly name: string | null;
  readonly directives: readonly Directive[];
  /** The request line first, then the lines that continue its URL. */
  readonly url: readonly Line[];
  readonly headers: readonly Line[];
  readonly body: readonly Line[];
  readonly handlers: readonly Handler[];
}

/** `# @name value`. */
export interface Directive {
  readonly name: string;
  readonly value: string;
  readonly place: Place;
}

/** `@name = value`. */
export interface Definition {
  readonly block: number;
  readonly name: string;
  readonly value: Line;
}

/** A response handler, written out or in a file. */
export type Handler = { readonly kind: 'inline'; readonly code: string } | { readonly kind: 'file'; readonly path: Line };

export interface HttpBlocks {
  readonly requests: readonly RawRequest[];
  readonly definitions: readonly Definition[];
}

const COMMENT = /^\s*(?:#|\/\/)/;
const DIRECTIVE = /^\s*(?:#|\/\/)\s*@([\w-]+)(?:\s*=\s*|\s+|$)(.*)$/;
const DEFINITION = /^\s*@([^\s=]+)\s*=\s*(.*?)\s*$/;
const INLINE_HANDLER = /^>\s*\{%/;
const FILE_HANDLER = /^>\s+(\S.*\.[cm]?[jt]s)\s*$/;
/** The status line of a reply. */
const PASTED_REPLY = /^HTTP\/\d(?:\.\d)?\s+[1-5]\d\d\b/;
/** `>> file` saves the reply, `<> file` names a saved one: neither changes what is sent. */
const REPLY_FILE = /^(>>!?|<>)\s+\S/;

/** Splits a `.http` file at its `###` lines into requests and file variables. */
export function splitBlocks(source: SourceText): HttpBlocks {
  const requests: RawRequest[] = [];
  const definitions: Definition[] = [];
  let title = '';
  let lines: Line[] = [];
  const close = () => {
    const request = readBlock({ block: requests.length, title, lines, definitions });
    if (request !== null) requests.push(request);
    lines = [];
  };
  for (const [index, text] of source.lines.entries()) {
    const separator = /^#{3,}(.*)$/.exec(text);
    if (separator === null) {
      lines.push({ source, text, place: { line: index + 1, column: 1 } });
    } else {
      close();
      title = (separator[1] ?? '').trim();
    }
  }
  close();
  return { requests, definitions };
}

/** The rest of a line from a 0-based offset on. */
export function restOf({ source, text, place }: Line, offset: number): Line {
  return { source, text: text.slice(offset), place: { line: place.line, column: place.column + offset } };
}

interface Block {
  readonly block: number;
  readonly title: string;
  readonly lines: readonly Line[];
  readonly definitions: Definition[];
}

function readBlock({ block, title, lines, definitions }: Block): RawRequest | null {
  const directives: Directive[] = [];
  let at = 0;
  for (; at < lines.length; at++) {
    const line = lines[at] as Line;
    const directive = DIRECTIVE.exec(line.text);
    if (directive !== null) directives.push({ name: directive[1] ?? '', value: (directive[2] ?? '').trim(), place: line.place });
    else if (line.text.trim().startsWith('@')) definitions.push(readDefinition(line, block));
    else if (line.text.trim() !== '' && !COMMENT.test(line.text)) break;
  }
  const rest = lines.slice(at);
  const [first] = rest;
  if (first === undefined) return null;
  refuseUnsupported(first);
  const url = [first, ...takeWhile(rest.slice(1), isUrlContinuation)];
  const { headers, end } = readHeaders(rest.slice(url.length), directives);
  const { body: written, handlers } = readBody(rest.slice(url.length + end));
  const body = ownLines(written, (line) => void definitions.push(readDefinition(line, block)));
  const named = directives.findLast(({ name }) => name === 'name')?.value;
  return { block, name: named || title || null, directives, url, headers, body, handlers };
}

function readDefinition(line: Line, block: number): Definition {
  const match = DEFINITION.exec(line.text);
  if (match === null) {
    throw syntaxError(line.source, line.place, {
      message: 'a line that starts with @ must set a file variable',
      hint: 'Write it as `@name = value`.',
    });
  }
  const value = match[2] ?? '';
  return {
    block,
    name: match[1] ?? '',
    value: restOf({ ...line, text: line.text.trimEnd() }, line.text.trimEnd().length - value.length),
  };
}

function refuseUnsupported({ source, text, place }: Line): void {
  const kind = /^<\s*\{%/.test(text)
    ? 'a script that runs before the request is'
    : /^(import|run)\s/.test(text)
      ? `\`${text.split(/\s/, 1)[0]}\` is`
      : /^curl\s/.test(text)
        ? 'a curl command is'
        : null;
  if (kind === null) return;
  throw syntaxError(source, place, {
    message: `${kind} not supported yet`,
    hint: 'Write the request out: `GET /path`, headers, a blank line, the body.',
  });
}

function isUrlContinuation({ text }: Line): boolean {
  return /^\s*[?&]/.test(text) || /^\s+[/#]/.test(text);
}

function readHeaders(lines: readonly Line[], directives: Directive[]): { headers: Line[]; end: number } {
  const headers: Line[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.text.trim() === '') return { headers, end: index + 1 };
    if (isHandler(line.text)) return { headers, end: index };
    const directive = DIRECTIVE.exec(line.text);
    if (directive !== null) directives.push({ name: directive[1] ?? '', value: (directive[2] ?? '').trim(), place: line.place });
    else if (!COMMENT.test(line.text)) headers.push(line);
  }
  return { headers, end: lines.length };
}

function readBody(lines: readonly Line[]): { body: Line[]; handlers: Handler[] } {
  const body = takeWhile(lines, ({ text }) => !isHandler(text));
  const handlers: Handler[] = [];
  for (let at = body.length; at < lines.length; ) {
    const line = lines[at] as Line;
    const file = FILE_HANDLER.exec(line.text);
    if (INLINE_HANDLER.test(line.text)) {
      const { code, taken } = readInline(lines.slice(at));
      handlers.push({ kind: 'inline', code });
      at += taken;
      continue;
    }
    if (file !== null) handlers.push({ kind: 'file', path: restOf(line, line.text.indexOf(file[1] ?? '')) });
    else if (line.text.trim() !== '' && !COMMENT.test(line.text) && !REPLY_FILE.test(line.text)) throw afterHandler(line);
    at++;
  }
  return { body, handlers };
}

/**
 * What of the lines after the headers is the body: comments are none, as REST Client has it, nor are file variables that are set after the
 * request, nor a reply that was pasted below it.
 */
function ownLines(lines: readonly Line[], define: (line: Line) => void): Line[] {
  const pasted = lines.findIndex(({ text }, at) => PASTED_REPLY.test(text) && (at === 0 || lines[at - 1]?.text.trim() === ''));
  const own = lines.slice(0, pasted === -1 ? lines.length : pasted).filter(({ text }) => !COMMENT.test(text));
  const dropBlank = () => {
    while (own.at(-1)?.text.trim() === '') own.pop();
  };
  dropBlank();
  const set: Line[] = [];
  for (let last = own.at(-1); last !== undefined && DEFINITION.test(last.text); last = own.at(-1)) {
    set.unshift(last);
    own.pop();
    dropBlank();
  }
  for (const line of set) define(line);
  return own;
}

function isHandler(text: string): boolean {
  return INLINE_HANDLER.test(text) || FILE_HANDLER.test(text) || REPLY_FILE.test(text);
}

function readInline(lines: readonly Line[]): { code: string; taken: number } {
  const [first] = lines as readonly [Line];
  const text = lines.map((line) => line.text).join('\n');
  const start = text.indexOf('{%') + 2;
  const end = text.indexOf('%}', start);
  if (end === -1) {
    const hint = 'End the script with `%}`.';
    throw syntaxError(
      first.source,
      { line: first.place.line, column: start - 1 },
      { message: 'this response handler is never closed', hint },
    );
  }
  // Line breaks in front keep the line numbers of the file in the script's own errors.
  return { code: text.slice(start, end), taken: text.slice(0, end).split('\n').length };
}

function afterHandler({ source, place }: Line) {
  return syntaxError(source, place, {
    message: 'nothing may follow a response handler',
    hint: 'Put `###` on a line of its own before the next request.',
  });
}

function takeWhile<T>(items: readonly T[], holds: (item: T) => boolean): T[] {
  const end = items.findIndex((item) => !holds(item));
  return items.slice(0, end === -1 ? items.length : end);
}
