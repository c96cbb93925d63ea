import { durationWords } from '../../model/duration.ts';
import type { Problem } from '../../model/evidence.ts';
import type { Report } from '../../model/report.ts';
import { openCauses } from '../causes.ts';
import { conclusionOf, openSteps } from '../conclusion.ts';
import { type Canvas, createCanvas, labelled } from '../lines/canvas.ts';
import { coverageLines } from '../lines/coverage-lines.ts';
import { findingLines } from '../lines/finding-lines.ts';
import { keepLine, reachedLines } from '../lines/reached-lines.ts';
import { stateLines } from '../lines/state-lines.ts';
import { clauseLines, ruleLines } from '../lines/verdicts.ts';
import { count, fold, harmless, within } from '../text.ts';

export interface TerminalOptions {
  /** Columns; bounded to what can be read. */
  readonly width: number;
  readonly color: boolean;
  /** Where the evidence is, as shown. */
  readonly evidence?: string;
  /** Lists everything instead of the first few. */
  readonly verbose?: boolean;
  /** Folder that paths are shown relative to. */
  readonly cwd?: string;
}

const MAX_FINDINGS = 20;
const MAX_UNJUDGED = 10;

/** The report as text for a terminal, ending with the conclusion on a line of its own, and the session's file where it was made. Whatever the app sent is made harmless. */
export function renderTerminal(report: Report, { width, color, evidence, verbose = false, cwd = '' }: TerminalOptions): string {
  const canvas = createCanvas({ width, color });
  const safe = harmless(report);
  const shown = verbose ? safe.findings : safe.findings.slice(0, MAX_FINDINGS);
  const hidden = safe.findings.length - shown.length;
  const blocks = [
    ...shown.map((finding, index) =>
      findingLines(canvas, finding, { cwd, evidence: harmless(evidence ?? ''), previous: shown[index - 1] }),
    ),
    hidden > 0 ? [canvas.colors.dim(`and ${count(hidden, 'more finding')} (--verbose)`)] : [],
    safe.problems.length === 0 ? [] : safe.problems.flatMap((problem) => problemLines(canvas, problem, safe)),
    unjudgedLines(canvas, safe, verbose),
    clauseLines(canvas, safe),
    ruleLines(canvas, safe),
    stateLines(canvas, safe, safe.app.cwd),
    safe.sessions.length === 0 ? [] : coverageLines(canvas, safe, { verbose }),
    safe.reached === null ? [] : reachedLines(canvas, safe.reached, { verbose }),
    behindLines(canvas, safe),
    mendedLines(canvas, safe),
    footer(canvas, safe, { evidence: evidence === undefined ? '' : harmless(evidence), cwd }),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.map((line) => `${line}\n`).join(''))
    .join('\n')}`;
}

function problemLines(canvas: Canvas, { session, step, message, hint }: Problem, { sessions }: Report): string[] {
  const { colors } = canvas;
  const isNamed = step === null || message.includes(`step ${step + 1} `);
  const where = [session === null ? [] : [sessions[session]?.name ?? ''], isNamed ? [] : [`step ${step + 1}`]].flat().join(' ');
  const [first = '', ...rest] = fold(where === '' ? message : `${where}: ${message}`, canvas.width - 2, { max: 6 });
  return [`${colors.yellow('!')} ${first}`, ...rest.map((line) => `  ${line}`), ...labelled(canvas, 'hint', hint)];
}

/** Steps that a known finding did not tie when the baseline was written. */
function behindLines(canvas: Canvas, { baseline }: Report): string[] {
  if (baseline === null || baseline.behind.length === 0) return [];
  return [
    canvas.colors.bold(`Behind findings known since ${baseline.file}`),
    ...baseline.behind.flatMap(({ session, step, request }) =>
      fold(`${canvas.colors.yellow('?')} ${session} step ${step} "${request}"`, canvas.width - 2, { max: 2 }).map(
        (line) => `  ${line}`,
      ),
    ),
    ...labelled(canvas, 'why', 'a known finding ties it now, and did not then: what is new may hide behind that'),
    ...labelled(canvas, 'do', 'Mend the known finding, or accept it as it is now: --update-baseline.'),
  ];
}

/** What the baseline still holds, and is there no more. */
function mendedLines({ colors, width }: Canvas, { baseline }: Report): string[] {
  if (baseline === null || baseline.mended.length === 0) return [];
  return [
    colors.bold(`Mended since ${baseline.file}`),
    ...baseline.mended.flatMap(({ rule, requests }) =>
      fold(`${colors.green('✓')} ${rule}: ${requests.join(' → ')}`, width - 2, { max: 2 }).map((line) => `  ${line}`),
    ),
    colors.dim('  --update-baseline takes them out'),
  ];
}

/** Every step without a verdict, with its reason and the one thing to do; steps with the same reason together. */
function unjudgedLines(canvas: Canvas, { sessions }: Report, verbose: boolean): string[] {
  const open = openCauses(sessions);
  if (open.length === 0) return [];
  const shown = verbose ? open : open.slice(0, MAX_UNJUDGED);
  const { colors } = canvas;
  return [
    colors.bold(`Not judged: ${openSteps(sessions)}`),
    ...shown.flatMap(({ session, steps, reason, remedy }) => [
      ...fold(`${colors.yellow('?')} ${session} ${steps}`, canvas.width - 2).map((line) => `  ${line}`),
      ...labelled(canvas, 'why', reason, { max: 4 }),
      ...labelled(canvas, 'do', remedy, { max: 3 }),
    ]),
    ...(open.length > shown.length ? [colors.dim(`  and ${open.length - shown.length} more (--verbose)`)] : []),
  ];
}

function footer(canvas: Canvas, report: Report, { evidence, cwd }: { evidence: string; cwd: string }): string[] {
  const { colors } = canvas;
  const { conclusion, trials, seed, interrupted, values, findings, reached, audited } = report;
  const keep = reached === null ? [] : fold(keepLine(within(cwd, reached.file)), canvas.width);
  const facts = [
    `${count(trials, 'trial')}${audited.ms === null ? '' : ` in ${durationWords(audited.ms)}`}${interrupted ? ' until it was interrupted' : ''}`,
    ...(audited.commit === null ? [] : [`commit ${audited.commit}`]),
    `seed ${seed}`,
    ...(evidence === '' ? [] : [`evidence ${evidence}`]),
    ...(values === 'disguised' && findings.length > 0
      ? ['ids and other values that only the app knows are disguised (--show-values)']
      : []),
  ];
  const paint = { conforms: colors.green, 'does-not-conform': colors.red, 'no-verdict': colors.yellow }[conclusion];
  return [
    ...fold(facts.join(' · '), canvas.width).map((line) => colors.dim(line)),
    ...fold(conclusionOf(report), canvas.width).map((line) => colors.bold(paint(line))),
    ...keep.map((line) => colors.dim(line)),
  ];
}
