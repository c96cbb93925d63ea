import { UserError } from '../../../errors.ts';

/** A session's text by lines, and the name it goes by in messages. */
export interface SourceText {
  /** Base name, for messages. */
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
  readonly lines: readonly string[];
}

/** A place in a source, both 1-based. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A piece of one line and where it stands. */
export interface Line {
  readonly source: SourceText;
  readonly text: string;
  readonly place: Place;
}

/** A line that is a comment. */
export const COMMENT = /^\s*(?:#|\/\/)/;

const MAX_SHOWN = 120;

/** Splits a text into lines, whatever ends them; a byte order mark is no part of it. */
export function sourceText(name: string, file: string, text: string): SourceText {
  return { name, file, lines: text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/) };
}

/** The rest of a line from a 0-based offset on. */
export function restOf({ source, text, place }: Line, offset: number): Line {
  return { source, text: text.slice(offset), place: { line: place.line, column: place.column + offset } };
}

/** An error that shows the line and points at the column. */
export function errorAt(source: SourceText, place: Place, what: { code: string; message: string; hint: string }): UserError {
  return new UserError(what.code, `${source.name}:${place.line}:${place.column}: ${what.message}`, what.hint, {
    details: excerpt(source, place),
  });
}

/** The commonest of these errors: what is written there cannot be read. */
export function syntaxError(source: SourceText, place: Place, what: { message: string; hint: string }): UserError {
  return errorAt(source, place, { code: 'session-syntax', ...what });
}

/** The known name that was most likely meant; `null` if none is near. */
export function didYouMean(name: string, known: readonly string[]): string | null {
  const ranked = known.map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }));
  const [nearest] = ranked.sort((a, b) => a.distance - b.distance);
  return nearest !== undefined && nearest.distance <= Math.max(1, Math.floor(name.length / 3)) ? nearest.candidate : null;
}

/** The line and a caret under the column; of a long line the part around it. */
function excerpt({ lines }: SourceText, { line, column }: Place): string[] {
  const text = (lines[line - 1] ?? '').replaceAll('\t', ' ');
  const start = column > MAX_SHOWN ? column - MAX_SHOWN / 2 : 0;
  return [text.slice(start, start + MAX_SHOWN), `${' '.repeat(Math.max(0, column - 1 - start))}^`];
}

function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 8 || a.length > 80) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
