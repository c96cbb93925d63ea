import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UserError } from '../../../errors.ts';
import { readEvidence } from '../../../evidence/read.ts';
import type { Finding } from '../../../model/finding.ts';
import { REPORT_VERSION, type Report } from '../../../model/report.ts';
import { baselineOf, compareFindings } from '../../../report/baseline.ts';
import { conclusionOf } from '../../../report/conclusion.ts';
import { createCanvas } from '../../../report/lines/canvas.ts';
import { reportSchema } from '../../../report/schema.ts';
import { harmlessText } from '../../../report/text.ts';
import { parseJson } from '../../../session/play/capture.ts';
import type { Context } from '../../context.ts';
import { EXIT } from '../../outcome/exit-code.ts';
import { colorOf, widthOf } from '../../terminal/terminal.ts';
import { offThread } from '../../thread/off-thread.ts';

/** Prints what changed from one audit to a later one. Promises the exit code. */
export async function runDiff(older: string, newer: string, { terminal, color }: Context): Promise<number> {
  const { stdout, stderr, cwd } = terminal;
  const say = (line: string) => void stderr.write(`${line}\n`);
  const before = await reportAt(resolve(cwd, older), say);
  const after = await reportAt(resolve(cwd, newer), say);
  const { fresh, gone, left } = compareFindings(baselineOf(before), after.findings);
  const { colors } = createCanvas({ width: widthOf(stdout), color: colorOf(stdout, terminal, color()) });
  const isWhole = after.conclusion !== 'no-verdict';
  const lines = [
    ...fresh.map((finding) => colors.red(`+ new     ${named(finding)}`)),
    ...gone.map(({ rule, requests }) =>
      isWhole
        ? colors.green(`- mended  ${rule}  ${requests.join(' → ')}`)
        : colors.yellow(`? gone    ${rule}  ${requests.join(' → ')}`),
    ),
    ...left.map((finding) => colors.dim(`  left    ${named(finding)}`)),
    `${older}: ${conclusionOf(before)}`,
    `${newer}: ${conclusionOf(after)}`,
    colors.bold(
      `${fresh.length} new, ${gone.length} ${isWhole ? 'mended' : 'gone, and the later audit has no verdict'}, ${left.length} left`,
    ),
  ];
  stdout.write(lines.map((line) => `${line}\n`).join(''));
  return fresh.length > 0 ? EXIT.violated : isWhole ? EXIT.ok : EXIT.none;
}

function named({ id, rule, session, step, title }: Finding): string {
  return harmlessText(`${rule} ${id}  ${step === null ? title : `${session} step ${step.number} ${step.request}`}`);
}

/** A JSON report as it is, or what saved evidence says. */
async function reportAt(path: string, say: (line: string) => void): Promise<Report> {
  if (!path.endsWith('.json')) return offThread({ kind: 'judge', path: readEvidence(path).file, strict: false }, { say });
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new UserError(
      'report-unreadable',
      `cannot read ${path}: ${cause.message}`,
      'Name a report of --reporter json=FILE, or evidence.',
      { cause },
    );
  });
  const parsed = reportSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data as Report;
  throw new UserError(
    'report-invalid',
    `${path} is no JSON report of version ${REPORT_VERSION}`,
    'Make it anew from its evidence: share-nothing report EVIDENCE --reporter json=FILE',
  );
}
