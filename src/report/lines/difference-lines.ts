import stringWidth from 'string-width';
import { type DifferenceRow, type Line, lineText, unified } from '../../model/difference.ts';
import type { Finding } from '../../model/finding.ts';
import { cut, harmlessText, pad } from '../text.ts';
import type { Canvas } from './canvas.ts';

/** Lines that a terminal shows, and that texts of other tools hold. */
const MAX_LINES = 12;
const MAX_TEXTS = 30;
const INDENT = 4;
const GAP = 6;

/** What two replies differ in, below each other: `-` expected, `+` actual, the words that differ in bold. Expects harmless text. */
export function differenceLines({ width, colors }: Canvas, rows: readonly DifferenceRow[]): string[] {
  const all = unified(rows);
  const paints = signPaints(colors);
  const room = width - INDENT - GAP - 2;
  const lines = all.slice(0, MAX_LINES).map(({ sign, line }, index) => {
    const text = painted(line, room, (part, differs) => (differs ? colors.bold(paints[sign](part)) : paints[sign](part)));
    return `${' '.repeat(INDENT)}${colors.dim(pad(index === 0 ? 'diff' : '', GAP))}${paints[sign](sign)} ${text}`;
  });
  return all.length <= MAX_LINES ? lines : [...lines, `${' '.repeat(INDENT + GAP)}${colors.dim('  … more in the HTML report')}`];
}

/** The same as plain lines. */
export function differenceTexts(rows: readonly DifferenceRow[]): string[] {
  const all = unified(rows).map(({ sign, line }) => harmlessText(`${sign} ${lineText(line)}`));
  return all.length <= MAX_TEXTS ? all : [...all.slice(0, MAX_TEXTS), `  … ${all.length - MAX_TEXTS} more`];
}

/** What a finding's replies differ in as plain lines; in words where there is nothing to be seen. */
export function toldDifference({ replies, differences }: Pick<Finding, 'replies' | 'differences'>): readonly string[] {
  const shown = differenceTexts(replies?.difference ?? []);
  return shown.length > 0 ? shown : differences;
}

/** How lines of either reply, and those of both, are painted. */
export function signPaints(colors: Canvas['colors']): Readonly<Record<'-' | '+' | ' ', (text: string) => string>> {
  return { '-': colors.green, '+': colors.red, ' ': colors.dim };
}

/** A line of at most `room` columns. */
function painted(line: Line, room: number, paint: (text: string, differs: boolean) => string): string {
  let left = room;
  return line
    .map(({ text, differs }) => {
      if (left <= 0) return '';
      const shown = cut(text, left);
      left -= stringWidth(shown);
      return paint(shown, differs);
    })
    .join('');
}
