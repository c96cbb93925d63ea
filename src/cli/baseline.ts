import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { UserError } from '../errors.ts';
import type { BaselineEntry, Report } from '../model/report.ts';
import { againstBaseline, baselineOf } from '../report/baseline.ts';
import { parseJson } from '../session/capture.ts';
import { fromHere } from './paths.ts';

const schema = z.object({
  version: z.literal(1),
  findings: z.array(z.object({ fingerprint: z.string(), rule: z.string(), requests: z.array(z.string()) })),
});

/** What the user asked of a baseline. */
export interface BaselineChoice {
  /** Absolute path; `null`: there is none. */
  readonly file: string | null;
  /** Whether it is to be written. */
  readonly update: boolean;
}

/** A baseline that was read before anything was audited; gives reports held against it. */
export type Baseline = (report: Report) => Promise<Report>;

/** Reads the baseline, if there is to be one. Throws a UserError if it cannot be read, or be written later for want of a name. */
export async function openBaseline({ file, update }: BaselineChoice, cwd: string): Promise<Baseline> {
  if (file === null) {
    if (update)
      throw new UserError(
        'baseline-unnamed',
        'there is no baseline to update',
        'Name its file: --baseline share-nothing.baseline.json',
      );
    return async (report) => report;
  }
  const shown = fromHere(file, cwd);
  if (!update) {
    const entries = await readBaseline(file, shown);
    return async (report) => againstBaseline(report, shown, entries);
  }
  return async (report) => {
    if (report.interrupted || report.sessions.some(({ coverage }) => coverage === null))
      throw new UserError(
        'baseline-unfinished',
        `${shown} was left as it was: the audit did not come to its end`,
        'Run it again when it does.',
      );
    const findings = baselineOf(report);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify({ version: 1, findings }, null, 2)}\n`);
    return againstBaseline(report, shown, findings);
  };
}

async function readBaseline(file: string, shown: string): Promise<BaselineEntry[]> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? 'there is no such file' : cause.message;
    throw new UserError(
      'baseline-unreadable',
      `the baseline ${shown} cannot be read: ${why}`,
      'Write it first: add --update-baseline.',
      { cause },
    );
  });
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data.findings;
  throw new UserError('baseline-invalid', `${shown} is no baseline of this version`, 'Write it anew: add --update-baseline.');
}
