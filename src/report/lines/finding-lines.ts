import stringWidth from 'string-width';
import type { CodeChange, FileReference, Finding, Shown, StepReference } from '../../model/finding.ts';
import { changeTitle } from '../place.ts';
import { count, cut, fold, pad, within } from '../text.ts';
import { type Canvas, edges, labelled } from './canvas.ts';
import { differenceLines } from './difference-lines.ts';

const LABEL = 10;
const INDENT = 6;

export interface FindingContext {
  /** Folder that paths are shown relative to. */
  readonly cwd: string;
  /** Folder of the evidence as shown; empty if it is not known. */
  readonly evidence: string;
  /** The finding printed before, if any: prose they share is not repeated. */
  readonly previous: Finding | undefined;
}

/** A finding as a minimal pair: where, expected and actual, why, fix, again. Expects harmless text. */
export function findingLines(canvas: Canvas, finding: Finding, { cwd, evidence, previous }: FindingContext): string[] {
  const { colors } = canvas;
  return [
    ...headLines(canvas, finding, `${finding.clauses.join(' ')} · ${finding.level}${finding.known ? ' · known' : ''}`),
    ...fold(whereabouts(finding, cwd), canvas.width - 4, { max: 3 }).map((line) => `    ${line}`),
    ...pairLines(canvas, finding),
    ...(showsItself(finding) ? [] : differing(canvas, finding)),
    ...finding.files.flatMap((file) => labelled(canvas, 'file', fileLine(file, finding, cwd), { max: 2 })),
    ...(finding.observations.length === 0 ? [] : labelled(canvas, 'seen', finding.observations.join('; '))),
    ...(finding.output.length === 0 ? [] : labelled(canvas, 'wrote', finding.output.join(' ⏎ '), { max: 4 })),
    ...(finding.alsoAffected.length === 0 ? [] : labelled(canvas, 'also', affected(finding.alsoAffected), { max: 3 })),
    ...prose(canvas, finding, previous),
    ...(finding.replay === '' ? [] : labelled(canvas, 'again', replayLine(finding, evidence), { paint: colors.cyan })),
  ];
}

/** What was found as soon as it is: where, expected and actual. `seconds`: since when it had been looked for. Expects harmless text. */
export function newsLines(canvas: Canvas, finding: Finding, { cwd, seconds }: { cwd: string; seconds: number }): string[] {
  const { colors } = canvas;
  const known = finding.known ? ' · known' : '';
  return [
    ...headLines(canvas, finding, `after ${seconds} s${known}`),
    ...fold(whereabouts(finding, cwd), canvas.width - 4, { max: 2 }).map((line) => `    ${colors.dim(line)}`),
    ...pairLines(canvas, finding),
  ];
}

function headLines(canvas: Canvas, { level, rule, title }: Finding, right: string): string[] {
  const { colors } = canvas;
  const mark = { violation: colors.red('✗'), advice: colors.yellow('✗'), note: colors.dim('·') }[level];
  return edges(canvas, `${mark} ${colors.bold(rule)}   ${title}`, colors.dim(right));
}

/** What the replies differ in, side by side; in words where there is nothing to be seen. */
function differing(canvas: Canvas, { replies, differences }: Finding): string[] {
  const lines = replies === null ? [] : differenceLines(canvas, replies.difference);
  return lines.length > 0 ? lines : differences.slice(0, 3).flatMap((text) => labelled(canvas, 'diff', text, { max: 2 }));
}

/** A file, what it is, and who wrote it. */
function fileLine({ path, kind, bytes, writtenBy, deleted }: FileReference, { step }: Finding, cwd: string): string {
  const shown = within(cwd, path);
  const writer = writtenBy === null ? 'at boot' : writtenBy.number === step?.number ? '' : `by step ${named(writtenBy)}`;
  const size = bytes < 10_000 ? count(bytes, 'byte') : `${Math.round(bytes / 1000)} kB`;
  const words = [kind === 'other' ? '' : kind, path.endsWith('/') ? 'folder' : deleted ? '' : size];
  const what = words.filter((word) => word !== '').join(', ');
  return `${shown}${what === '' ? '' : ` (${what})`}${writer === '' ? '' : `, ${deleted ? 'deleted' : 'written'} ${writer}`}`;
}

/** The command that plays it again from here; the default output folder need not be named. */
function replayLine({ replay }: Finding, evidence: string): string {
  return evidence === '' || evidence.startsWith('.share-nothing/') ? replay : `${replay} --output ${evidence}`;
}

function whereabouts({ location, step }: Finding, cwd: string): string {
  const file = within(cwd, location.file);
  const place = location.line > 0 ? `${file}:${location.line}` : file;
  if (step === null) return place;
  return `${place}  step ${named(step)}${step.name === null ? '' : ` (${step.request})`}`;
}

/** Expected and actual in two aligned lines, or reply above condition where a line would be too long. */
function pairLines(canvas: Canvas, { expected, actual, confirmed }: Finding): string[] {
  const { colors, width } = canvas;
  const against = confirmed.passingOf === 0 ? '' : ` against ${confirmed.passing}/${confirmed.passingOf}`;
  const proof = `${confirmed.failing}/${confirmed.failingOf}${against}`;
  const replyWidth = Math.max(stringWidth(expected.reply), stringWidth(actual.reply));
  const room = width - INDENT - LABEL - replyWidth - 3;
  const whens = [stringWidth(expected.when), stringWidth(actual.when) + 3 + stringWidth(proof)];
  const green = colors.green(pad('expected', LABEL));
  const red = colors.red(pad('actual', LABEL));
  if (Math.max(...whens) > room) return [...stacked(canvas, green, expected), ...stacked(canvas, red, actual, proof)];
  const line = (label: string, shown: Shown) =>
    `${' '.repeat(INDENT)}${label}${pad(shown.reply, replyWidth)}   ${colors.dim(shown.when)}`;
  return [line(green, expected), ...edges(canvas, line(red, actual), colors.bold(proof))];
}

function stacked(canvas: Canvas, label: string, { reply, when }: Shown, proof = ''): string[] {
  const { colors, width } = canvas;
  const inner = width - INDENT - LABEL;
  const margin = ' '.repeat(INDENT + LABEL);
  const replies = fold(reply, inner, { max: 3 }).map((line, index) => (index === 0 ? ' '.repeat(INDENT) + label : margin) + line);
  const conditions = fold(when, inner, { max: 3 }).map((line) => margin + colors.dim(line));
  if (proof === '') return [...replies, ...conditions];
  return [...replies, ...conditions.slice(0, -1), ...edges(canvas, conditions.at(-1) ?? margin, colors.bold(proof))];
}

/** What is plain from two short replies is not told once more. */
function showsItself({ differences, expected, actual, through }: Finding): boolean {
  if (through === 'start') return false;
  const short = expected.reply.length <= 48 && actual.reply.length <= 48 && expected.reply !== actual.reply;
  return differences.length === 0 || short;
}

/** A step by its number, and as the session calls it. */
function named({ number, name, request }: StepReference): string {
  return `${number} "${name ?? request}"`;
}

function affected(steps: readonly StepReference[]): string {
  const shown = steps.slice(0, 6).map(named);
  const more = steps.length - shown.length;
  return `step${steps.length === 1 ? '' : 's'} ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function prose(canvas: Canvas, { rule, why, fix, change }: Finding, previous: Finding | undefined): string[] {
  const same = previous?.rule === rule && previous.why === why && previous.fix === fix;
  if (same) return labelled(canvas, 'why', 'as above, and so is the fix');
  return [...labelled(canvas, 'why', why), ...labelled(canvas, 'fix', fix), ...changeLines(canvas, change)];
}

/** The fix as code, below its sentence. */
function changeLines({ width, colors }: Canvas, change: CodeChange | null): string[] {
  if (change === null) return [];
  const paints: Readonly<Record<string, (text: string) => string>> = { '+': colors.green, '-': colors.red };
  const lines = change.lines.map((line) => (paints[line.charAt(0)] ?? colors.dim)(cut(line, width - 4 - INDENT)));
  return [colors.dim(changeTitle(change)), ...lines].map((line) => `${' '.repeat(4 + INDENT)}${line}`);
}
