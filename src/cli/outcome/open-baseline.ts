import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { UserError } from '../../errors.ts';
import type { Finding } from '../../model/finding.ts';
import type { BaselineEntry, Report } from '../../model/report.ts';
import { againstBaseline, baselineOf } from '../../report/baseline.ts';
import { parseJson } from '../../session/play/capture.ts';
import { fromHere } from '../terminal/paths.ts';

/** Version of the baseline's format; a reader refuses others. */
const BASELINE_VERSION = 2;

const schema = z.object({
  version: z.literal(BASELINE_VERSION),
  findings: z.array(
    z.object({ fingerprint: z.string(), rule: z.string(), requests: z.array(z.string()), tied: z.array(z.string()) }),
  ),
});

/** What the user asked of a baseline. */
export interface BaselineChoice {
  /** Absolute path; `null`: there is none. */
  readonly file: string | null;
  /** Whether it is to be written. */
  readonly update: boolean;
}

/** A baseline that was read before anything was audited. */
export interface Baseline {
  /** The report held against it: what is to be written, or what was read. */
  judge(report: Report): Report;
  /** Whether a finding is in it as it was read. */
  knows(finding: Finding): boolean;
  /** Writes it, if it is to be updated; to be done once the report is out. Throws a UserError if it cannot be. */
  save(report: Report): Promise<void>;
}

/** Reads the baseline, if there is to be one. Throws a UserError if it cannot be read, or be written later for want of a name. */
export async function openBaseline({ file, update }: BaselineChoice, cwd: string): Promise<Baseline> {
  const save = async () => {};
  if (file === null) {
    if (update)
      throw new UserError(
        'baseline-unnamed',
        'there is no baseline to update',
        'Name its file: --baseline share-nothing.baseline.json',
      );
    return { judge: (report) => report, knows: () => false, save };
  }
  const shown = fromHere(file, cwd);
  if (!update) {
    const entries = await readBaseline(file, shown);
    const known = new Set(entries.map(({ fingerprint }) => fingerprint));
    return {
      judge: (report) => againstBaseline(report, shown, entries),
      knows: ({ fingerprint }) => known.has(fingerprint),
      save,
    };
  }
  return {
    knows: () => false,
    judge: (report) => (isUnfinished(report) ? report : againstBaseline(report, shown, baselineOf(report))),
    async save(report) {
      if (isUnfinished(report))
        throw new UserError(
          'baseline-unfinished',
          `${shown} was left as it was: the audit did not come to its end`,
          'Run it again when it does.',
        );
      const text = `${JSON.stringify({ version: BASELINE_VERSION, findings: baselineOf(report) }, null, 2)}\n`;
      try {
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, text);
      } catch (cause) {
        const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
        throw new UserError(
          'baseline-unwritable',
          `the baseline ${shown} cannot be written (${code})`,
          'Name a file in a folder that you may write to.',
          {
            cause,
          },
        );
      }
    },
  };
}

function isUnfinished({ interrupted, sessions }: Report): boolean {
  return interrupted || sessions.some(({ coverage }) => coverage === null);
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
