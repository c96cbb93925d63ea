import { type Handler, isHandler, readHandlers, readScript, scriptAlone } from './scripts.ts';
import { COMMENT, type Line, type Place, restOf, type SourceText, syntaxError } from './syntax.ts';

/** A request as it is written, before any variable is looked at. */
export interface RawRequest {
  /** Index of the block in the file. */
  readonly block: number;
  readonly name: string | null;
  readonly directives: readonly Directive[];
  /** What runs before it is sent. */
  readonly scripts: readonly Handler[];
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

export interface HttpBlocks {
  readonly requests: readonly RawRequest[];
  readonly definitions: readonly Definition[];
}

const DIRECTIVE = /^\s*(?:#|\/\/)\s*@([\w-]+)(?:\s*=\s*|\s+|$)(.*)$/;
const DEFINITION = /^\s*@([^\s=]+)\s*=\s*(.*)$/;
/** The status line of a reply. */
const PASTED_REPLY = /^HTTP\/\d(?:\.\d)?\s+[1-5]\d\d\b/;
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

interface Block {
  readonly block: number;
  readonly title: string;
  readonly lines: readonly Line[];
  readonly definitions: Definition[];
}

function readBlock({ block, title, lines, definitions }: Block): RawRequest | null {
  const { directives, scripts, rest } = readHead(lines, (line) => void definitions.push(readDefinition(line, block)));
  const [first] = rest;
  if (first === undefined) {
    if (scripts[0] !== undefined) throw scriptAlone(scripts[0]);
    return null;
  }
  refuseUnsupported(first);
  const url = [first, ...takeWhile(rest.slice(1), isUrlContinuation)];
  const { headers, end } = readHeaders(rest.slice(url.length), directives);
  const below = rest.slice(url.length + end);
  const written = takeWhile(below, ({ text }) => !isHandler(text));
  const handlers = readHandlers(below.slice(written.length));
  const body = ownLines(written, (line) => void definitions.push(readDefinition(line, block)));
  const named = directives.findLast(({ name }) => name === 'name')?.value;
  return { block, name: named || title || null, directives, scripts, url, headers, body, handlers };
}

interface Head {
  readonly directives: Directive[];
  readonly scripts: Handler[];
  /** The lines from the request line on. */
  readonly rest: readonly Line[];
}

/** What stands above the request line: comments with directives, file variables, scripts. */
function readHead(lines: readonly Line[], define: (line: Line) => void): Head {
  const directives: Directive[] = [];
  const scripts: Handler[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] as Line;
    const directive = directiveIn(line);
    const script = readScript(lines, at);
    if (directive !== null) directives.push(directive);
    else if (script !== null) scripts.push(script.handler);
    else if (line.text.trim().startsWith('@')) define(line);
    else if (line.text.trim() !== '' && !COMMENT.test(line.text)) break;
    at += script?.taken ?? 1;
  }
  return { directives, scripts, rest: lines.slice(at) };
}

function directiveIn({ text, place }: Line): Directive | null {
  const match = DIRECTIVE.exec(text);
  return match === null ? null : { name: match[1] ?? '', value: (match[2] ?? '').trim(), place };
}

function readDefinition(line: Line, block: number): Definition {
  const match = DEFINITION.exec(line.text);
  if (match === null) {
    throw syntaxError(line.source, line.place, {
      message: 'a line that starts with @ must set a file variable',
      hint: 'Write it as `@name = value`.',
    });
  }
  const value = (match[2] ?? '').trimEnd();
  return {
    block,
    name: match[1] ?? '',
    value: restOf({ ...line, text: line.text.trimEnd() }, line.text.trimEnd().length - value.length),
  };
}

function refuseUnsupported({ source, text, place }: Line): void {
  const kind = /^(import|run)\s/.test(text)
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
    const directive = directiveIn(line);
    if (directive !== null) directives.push(directive);
    else if (!COMMENT.test(line.text)) headers.push(line);
  }
  return { headers, end: lines.length };
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
  while (own[0]?.text.trim() === '') own.shift();
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

function takeWhile<T>(items: readonly T[], holds: (item: T) => boolean): T[] {
  const end = items.findIndex((item) => !holds(item));
  return items.slice(0, end === -1 ? items.length : end);
}
