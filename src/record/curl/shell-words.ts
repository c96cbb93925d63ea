import { UserError } from '../../errors.ts';

/** One command of a shell script. */
export interface ShellCommand {
  /** 1-based line where it begins. */
  readonly line: number;
  /** Its words without quotes; variables are written `{{NAME}}`. */
  readonly words: readonly string[];
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', e: '\x1b', f: '\f', v: '\v' };

/**
 * Splits the text of a shell script into commands and words (POSIX.1-2024, Shell Command Language 2.2 and 2.6, with `$'…'`): quotes are
 * taken away, variables become `{{NAME}}`. Nothing is run. Throws a `UserError` for quotes that are never closed.
 */
export function shellCommands(name: string, text: string): ShellCommand[] {
  const commands: ShellCommand[] = [];
  let words: string[] = [];
  let word: string | null = null;
  let line = 1;
  let start = 1;
  const endWord = () => {
    if (word !== null) words.push(word);
    word = null;
  };
  const endCommand = () => {
    endWord();
    if (words.length > 0) commands.push({ line: start, words });
    words = [];
  };
  const add = (piece: string) => {
    if (word === null && words.length === 0) start = line;
    word = (word ?? '') + piece;
  };
  for (let at = 0; at < text.length; at++) {
    const sign = text.charAt(at);
    const rest = text.slice(at, at + 2);
    if (rest === '\\\n' || text.startsWith('\\\r\n', at)) {
      at += rest === '\\\n' ? 1 : 2;
      line++;
    } else if (sign === '\\') {
      at++;
      add(text.charAt(at));
    } else if (sign === "'" || rest === "$'" || sign === '"') {
      const quoted = quotedAt(text, at);
      if (quoted === null)
        throw new UserError('session-syntax', `${name}:${line}: a quote is never closed`, 'Copy the command again, whole.');
      add(quoted.value);
      line += text.slice(at, quoted.end).split('\n').length - 1;
      at = quoted.end;
    } else if (sign === '$') {
      const variable = variableAt(text, at);
      add(variable?.value ?? '$');
      at = variable?.end ?? at;
    } else if (sign === '#' && word === null) {
      const end = text.indexOf('\n', at);
      at = (end === -1 ? text.length : end) - 1;
    } else if (/[;&|\n]/.test(sign)) {
      endCommand();
      if (sign === '\n') line++;
    } else if (/\s/.test(sign)) endWord();
    else add(sign);
  }
  endCommand();
  return commands;
}

/** A quoted piece that begins at an offset; `end`: of its closing quote. */
function quotedAt(text: string, start: number): { value: string; end: number } | null {
  const isAnsi = text.startsWith("$'", start);
  const quote = isAnsi ? "'" : text.charAt(start);
  let value = '';
  for (let at = start + (isAnsi ? 2 : 1); at < text.length; at++) {
    const sign = text.charAt(at);
    if (sign === quote) return { value, end: at };
    if (isAnsi && sign === '\\') {
      const [whole = '', code = ''] =
        /^\\(?:u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|x([0-9a-fA-F]{1,2})|([0-7]{1,3}))/.exec(text.slice(at, at + 10)) ?? [];
      if (whole === '') {
        value += ESCAPES[text.charAt(at + 1)] ?? text.charAt(at + 1);
        at++;
      } else {
        const digits = whole.slice(/^\\[uUx]/.test(whole) ? 2 : 1);
        value += String.fromCodePoint(Number.parseInt(code === '' ? digits : code, /^\\[uUx]/.test(whole) ? 16 : 8));
        at += whole.length - 1;
      }
    } else if (quote === '"' && sign === '\\' && /[$`"\\\n]/.test(text.charAt(at + 1))) {
      at++;
      if (text.charAt(at) !== '\n') value += text.charAt(at);
    } else if (quote === '"' && sign === '$') {
      const variable = variableAt(text, at);
      value += variable?.value ?? '$';
      at = variable?.end ?? at;
    } else value += sign;
  }
  return null;
}

function variableAt(text: string, at: number): { value: string; end: number } | null {
  const [whole, braced, plain] = /^\$(?:\{(\w+)\}|([A-Za-z_]\w*))/.exec(text.slice(at, at + 100)) ?? [];
  return whole === undefined ? null : { value: `{{${braced ?? plain}}}`, end: at + whole.length - 1 };
}
