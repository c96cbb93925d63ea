import pc from 'picocolors';
import stringWidth from 'string-width';
import { fold, pad } from '../text.ts';

export type Colors = ReturnType<typeof pc.createColors>;

/** Where a terminal report is written: its width in columns and its colours. */
export interface Canvas {
  readonly width: number;
  readonly colors: Colors;
}

/** Narrow terminals are treated as this wide, wide ones as `MAX_WIDTH`. */
const MIN_WIDTH = 40;
const MAX_WIDTH = 110;

/** A canvas for a terminal so many columns wide. */
export function createCanvas({ width, color }: { width: number; color: boolean }): Canvas {
  return { width: Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, width)), colors: pc.createColors(color) };
}

/** A label and its text, folded with the text's lines below each other. */
export function labelled(
  canvas: Canvas,
  label: string,
  text: string,
  { indent = 4, gap = 6, max = 6, paint = same }: Labelling = {},
): string[] {
  const lines = fold(text, canvas.width - indent - gap, { max });
  return lines.map((line, index) => ' '.repeat(indent) + canvas.colors.dim(pad(index === 0 ? label : '', gap)) + paint(line));
}

interface Labelling {
  readonly indent?: number;
  readonly gap?: number;
  readonly max?: number;
  readonly paint?: (line: string) => string;
}

/** Two texts at the left and right edge of one line, or below each other where they do not fit. */
export function edges(canvas: Canvas, left: string, right: string): string[] {
  const room = canvas.width - stringWidth(left) - stringWidth(right);
  if (room >= 2) return [left + ' '.repeat(room) + right];
  const [first = '', ...rest] = stringWidth(left) <= canvas.width ? [left] : fold(left, canvas.width);
  return [first, ...rest.map((line) => `  ${line}`), pad('', Math.max(4, canvas.width - stringWidth(right))) + right];
}

function same(line: string): string {
  return line;
}
