import { diffArrays } from 'diff';
import type { Line, Span } from '../model/difference.ts';
import { commonEnds } from './common-ends.ts';

/** Words of longer lines are not compared with each other. */
const MAX_CHARS = 4_000;
/** Lines that differ in more places have nothing to do with each other. */
const MAX_EDITS = 200;
/** Of less in common, lines are taken for different as a whole. */
const LEAST_COMMON = 0.3;

/** Two lines with the words marked in which they differ. */
export interface Pair {
  readonly expected: Line;
  readonly actual: Line;
  /** Words of the first that the second has not. */
  readonly lost: readonly string[];
}

/**
 * Marks what two lines differ in, word by word (Myers, "An O(ND) difference algorithm", 1986, as the package `diff` has it). Words in `noise`
 * are not marked, nor is what stands in their place.
 */
export function compareWords(expected: string, actual: string, noise: ReadonlySet<string>): Pair {
  if (expected === actual) return { expected: [plain(expected)], actual: [plain(actual)], lost: [] };
  const isLong = Math.max(expected.length, actual.length) > MAX_CHARS;
  const changes = isLong ? undefined : diffArrays(wordsOf(expected), wordsOf(actual), { maxEditLength: MAX_EDITS });
  if (changes === undefined) return compareEnds(expected, actual);
  const common = changes.reduce((sum, { added, removed, value }) => sum + (added || removed ? 0 : value.join('').length), 0);
  const left: Span[] = [];
  const right: Span[] = [];
  const lost: string[] = [];
  let isNoise = false;
  let isAfterRemoved = false;
  for (const { added, removed, value } of changes) {
    const text = value.join('');
    if (removed) {
      isNoise = value.every((word) => noise.has(word) || word.trim() === '');
      left.push({ text, differs: !isNoise });
      lost.push(...value);
    } else if (added) right.push({ text, differs: !(isAfterRemoved && isNoise) });
    else for (const side of [left, right]) side.push(plain(text));
    isAfterRemoved = removed;
  }
  const isAlike = common >= LEAST_COMMON * Math.max(expected.length, actual.length);
  const isNoiseAlone = [...left, ...right].every((span) => !span.differs);
  if (isAlike || isNoiseAlone) return { expected: joined(left), actual: joined(right), lost };
  return { expected: [marked(expected)], actual: [marked(actual)], lost };
}

/** Marks what stands between the beginning and the end that two lines have in common. */
function compareEnds(expected: string, actual: string): Pair {
  const { start, end } = commonEnds(expected, actual);
  const parts = (text: string): Line =>
    [plain(text.slice(0, start)), marked(text.slice(start, text.length - end)), plain(text.slice(text.length - end))].filter(
      (span) => span.text !== '',
    );
  return { expected: parts(expected), actual: parts(actual), lost: [] };
}

function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? [];
}

/** Neighbours of one kind as one. */
function joined(spans: readonly Span[]): Line {
  const all: Span[] = [];
  for (const span of spans) {
    const last = all.at(-1);
    if (last?.differs === span.differs) all[all.length - 1] = { text: last.text + span.text, differs: span.differs };
    else all.push(span);
  }
  return all;
}

function plain(text: string): Span {
  return { text, differs: false };
}

function marked(text: string): Span {
  return { text, differs: true };
}
