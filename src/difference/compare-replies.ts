import { diffArrays } from 'diff';
import { type DifferenceRow, differs, type Line } from '../model/difference.ts';
import type { Exchange } from '../model/observation.ts';
import { commonEnds } from './common-ends.ts';
import { isPage, type PageView, replyLines } from './reply-lines.ts';
import { compareWords } from './words.ts';

/** Equal lines that are shown around those that differ. */
const AROUND = 2;
/** Rows that are shown; of more the rest is counted. */
const MAX_ROWS = 40;
/** Characters of a line that are shown, around its first difference. */
const MAX_LINE = 240;
/** Lines that replies may differ in to be aligned one by one. */
const MAX_EDITS = 200;

type LinesRow = Extract<DifferenceRow, { kind: 'lines' }>;

/**
 * Two replies side by side: aligned, the words marked that differ, with two lines around, and what is equal left out. `alike` was answered as
 * expected in another play: what it differs in is no difference. Empty: they differ in nothing that can be shown.
 */
export function compareReplies(expected: Exchange, actual: Exchange, alike?: Exchange): DifferenceRow[] {
  const texts = rowsOf(expected, actual, { alike, view: 'texts' });
  const isShown = texts.some(differs);
  const rows = isShown || !isPage(expected) ? texts : rowsOf(expected, actual, { alike, view: 'markup' });
  return rows.some(differs) ? folded(rows) : [];
}

function rowsOf(
  expected: Exchange,
  actual: Exchange,
  { alike, view }: { alike: Exchange | undefined; view: PageView },
): LinesRow[] {
  const lines = replyLines(expected, view);
  const noise = alike === undefined ? [] : noiseOf(lines, replyLines(alike, view));
  return aligned(lines, replyLines(actual, view), (index) => noise[index] ?? QUIET);
}

const QUIET: ReadonlySet<string> = new Set();

/** The words of each line that another play has not in its place. */
function noiseOf(lines: readonly string[], others: readonly string[]): ReadonlySet<string>[] {
  const noise: ReadonlySet<string>[] = [];
  for (const block of blocks(lines, others))
    for (const [index, line] of block.expected.entries()) {
      const other = block.actual[index];
      const lost = block.isEqual || other === undefined ? [] : compareWords(line, other, QUIET).lost;
      noise.push(lost.length === 0 ? QUIET : new Set(lost));
    }
  return noise;
}

function aligned(
  expected: readonly string[],
  actual: readonly string[],
  noiseAt: (index: number) => ReadonlySet<string>,
): LinesRow[] {
  const rows: LinesRow[] = [];
  let index = 0;
  for (const block of blocks(expected, actual)) {
    const height = Math.max(block.expected.length, block.actual.length);
    for (let at = 0; at < height; at++) rows.push(rowOf(block.expected[at], block.actual[at], noiseAt(index + at)));
    index += block.expected.length;
  }
  return rows;
}

function rowOf(expected: string | undefined, actual: string | undefined, noise: ReadonlySet<string>): LinesRow {
  const whole = (text: string | undefined): Line | null => (text === undefined ? null : [{ text, differs: true }]);
  if (expected === undefined || actual === undefined) return { kind: 'lines', expected: whole(expected), actual: whole(actual) };
  const pair = compareWords(expected, actual, noise);
  return { kind: 'lines', expected: pair.expected, actual: pair.actual };
}

interface Block {
  readonly isEqual: boolean;
  readonly expected: readonly string[];
  readonly actual: readonly string[];
}

/** Lines that both have, and between these what each has. */
function blocks(expected: readonly string[], actual: readonly string[]): Block[] {
  const changes = diffArrays([...expected], [...actual], { maxEditLength: MAX_EDITS });
  if (changes === undefined) return ends(expected, actual);
  const all: Block[] = [];
  let open: { expected: string[]; actual: string[] } | null = null;
  for (const { added, removed, value } of changes) {
    if (!added && !removed) {
      all.push({ isEqual: true, expected: value, actual: value });
      open = null;
      continue;
    }
    if (open === null) {
      open = { expected: [], actual: [] };
      all.push({ isEqual: false, ...open });
    }
    for (const line of value) (removed ? open.expected : open.actual).push(line);
  }
  return all;
}

/** Where they differ in too much to be aligned: what they begin and end with alike, and all between. */
function ends(expected: readonly string[], actual: readonly string[]): Block[] {
  const { start, end } = commonEnds(expected, actual);
  const part = (isEqual: boolean, from: number, until: (all: readonly string[]) => number): Block => ({
    isEqual,
    expected: expected.slice(from, until(expected)),
    actual: actual.slice(from, until(actual)),
  });
  const last = { isEqual: true, expected: expected.slice(expected.length - end), actual: actual.slice(actual.length - end) };
  return [part(true, 0, () => start), part(false, start, (all) => all.length - end), last].filter(
    (block) => block.expected.length + block.actual.length > 0,
  );
}

/** Rows with long equal parts left out, their lines cut around what differs, and not too many. */
function folded(rows: readonly LinesRow[]): DifferenceRow[] {
  const isNear = new Array<boolean>(rows.length).fill(false);
  for (const [index, row] of rows.entries()) if (differs(row)) isNear.fill(true, Math.max(0, index - AROUND), index + AROUND + 1);
  const all: DifferenceRow[] = [];
  let skipped = 0;
  const skip = () => {
    if (skipped > 0) all.push({ kind: 'folded', lines: skipped, differ: false });
    skipped = 0;
  };
  for (const [index, row] of rows.entries()) {
    if (isNear[index] !== true) {
      skipped++;
      continue;
    }
    skip();
    if (all.length >= MAX_ROWS) {
      const left = rows.slice(index).filter(differs).length;
      return left === 0 ? all : [...all, { kind: 'folded', lines: left, differ: true }];
    }
    all.push({ kind: 'lines', expected: cut(row.expected), actual: cut(row.actual) });
  }
  skip();
  return all;
}

/** A line cut to what stands around its first difference. */
function cut(line: Line | null): Line | null {
  if (line === null) return null;
  const length = line.reduce((sum, { text }) => sum + text.length, 0);
  if (length <= MAX_LINE) return line;
  const first = Math.max(
    0,
    line.findIndex((span) => span.differs),
  );
  const before = line.slice(0, first).reduce((sum, { text }) => sum + text.length, 0);
  const from = Math.max(0, Math.min(before - MAX_LINE / 4, length - MAX_LINE));
  return [...(from > 0 ? [ELLIPSIS] : []), ...part(line, from, from + MAX_LINE), ...(from + MAX_LINE < length ? [ELLIPSIS] : [])];
}

const ELLIPSIS = { text: '…', differs: false };

/** The spans of a line between two offsets. */
function part(line: Line, from: number, to: number): Line {
  let offset = 0;
  return line.flatMap(({ text, differs: isMarked }) => {
    const piece = text.slice(Math.max(0, from - offset), Math.max(0, to - offset));
    offset += text.length;
    return piece === '' ? [] : [{ text: piece, differs: isMarked }];
  });
}
