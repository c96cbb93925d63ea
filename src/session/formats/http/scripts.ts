import { COMMENT, type Line, restOf, syntaxError } from './syntax.ts';

/** A script that runs before a request or on its reply, written out or in a file. */
export type Handler = { readonly at: Line } & (
  | { readonly kind: 'inline'; readonly code: string }
  | { readonly kind: 'file'; readonly path: Line }
);

/** How a script begins. */
interface Marks {
  readonly inline: RegExp;
  readonly file: RegExp;
}

const BEFORE: Marks = { inline: /^<\s*\{%/, file: /^<\s+(\S.*\.[cm]?[jt]s)\s*$/ };
const AFTER: Marks = { inline: /^>\s*\{%/, file: /^>\s+(\S.*\.[cm]?[jt]s)\s*$/ };
/** `>> file` saves the reply, `<> file` names a saved one: neither changes what is sent. */
const REPLY_FILE = /^(>>!?|<>)\s+\S/;

/** Whether a line ends the body: what follows is about the reply. */
export function isHandler(text: string): boolean {
  return AFTER.inline.test(text) || AFTER.file.test(text) || REPLY_FILE.test(text);
}

/** The script above a request that begins in line `at`, and how many lines it takes; `null` if none does. */
export function readScript(lines: readonly Line[], at: number): { handler: Handler; taken: number } | null {
  return read(lines, at, BEFORE);
}

/** The response handlers in what follows a body. */
export function readHandlers(lines: readonly Line[]): Handler[] {
  const handlers: Handler[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] as Line;
    const script = read(lines, at, AFTER);
    if (script !== null) handlers.push(script.handler);
    else if (line.text.trim() !== '' && !COMMENT.test(line.text) && !REPLY_FILE.test(line.text)) throw afterHandler(line);
    at += script?.taken ?? 1;
  }
  return handlers;
}

/** That a script stands above no request. */
export function scriptAlone({ at: { source, place } }: Handler) {
  return syntaxError(source, place, {
    message: 'no request follows this script',
    hint: 'A script in `< {% … %}` runs before the request that stands below it, up to the next `###`.',
  });
}

function read(lines: readonly Line[], at: number, { inline, file }: Marks): { handler: Handler; taken: number } | null {
  const line = lines[at] as Line;
  if (inline.test(line.text)) {
    const { code, taken } = readInline(lines, at);
    return { handler: { at: line, kind: 'inline', code }, taken };
  }
  const path = file.exec(line.text)?.[1];
  return path === undefined ? null : { handler: { at: line, kind: 'file', path: restOf(line, line.text.indexOf(path)) }, taken: 1 };
}

function readInline(lines: readonly Line[], at: number): { code: string; taken: number } {
  const { source, place, text: first } = lines[at] as Line;
  const start = first.indexOf('{%') + 2;
  for (let last = at; last < lines.length; last++) {
    if (!lines[last]?.text.includes('%}', last === at ? start : 0)) continue;
    const text = lines
      .slice(at, last + 1)
      .map((line) => line.text)
      .join('\n');
    return { code: text.slice(start, text.indexOf('%}', start)), taken: last + 1 - at };
  }
  const what = { message: 'this script is never closed', hint: 'End the script with `%}`.' };
  throw syntaxError(source, { line: place.line, column: start - 1 }, what);
}

function afterHandler({ source, place }: Line) {
  return syntaxError(source, place, {
    message: 'nothing may follow a response handler',
    hint: 'Put `###` on a line of its own before the next request.',
  });
}
