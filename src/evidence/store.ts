import { appendFileSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import type { EvidenceRecord } from '../model/evidence.ts';

/** Name of the evidence file within an audit's folder: JSON Lines, one record a line. */
export const EVIDENCE_FILE = 'evidence.jsonl';

/** Name of the file in an output folder that names the folder of its latest audit. */
export const LATEST = 'latest';

/** Records that are written before the app is started. */
const PREPARING: ReadonlySet<EvidenceRecord['kind']> = new Set(['audit', 'isolation']);

/** Appends records to a folder's evidence file; every record is on disk before the call returns. */
export interface EvidenceWriter {
  readonly folder: string;
  /** The first record that shows that the app was started makes the audit the latest of its output folder. */
  write(record: EvidenceRecord): void;
  /** Removes the folder again, if nothing was learned. */
  discardIfEmpty(): void;
}

/** Makes the folder `<output>/<name>` (or, if it is there, `<name>-2` and so on) and an empty evidence file in it. Throws a UserError if it cannot be written, then or later. */
export function openEvidence(output: string, name: string): EvidenceWriter {
  let folder = join(output, name);
  let begun = false;
  const orExplain = (act: () => void) => explained(output, act);
  makeOutput(output);
  orExplain(() => {
    folder = makeNew(folder);
  });
  const file = join(folder, EVIDENCE_FILE);
  return {
    folder,
    write: (record) =>
      orExplain(() => {
        appendFileSync(file, `${JSON.stringify(record)}\n`);
        if (begun || PREPARING.has(record.kind)) return;
        begun = true;
        writeFileSync(join(output, LATEST), `${basename(folder)}\n`);
      }),
    discardIfEmpty() {
      if (!begun) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Makes an output folder, or a folder within one, if it is not there. Throws a UserError if it cannot be made. */
export function makeOutput(output: string, within = ''): string {
  const folder = join(output, within);
  explained(output, () => {
    // A folder that was there before is the user's, and what git sees of it too.
    if (makeFolder(output)) writeFileSync(join(output, '.gitignore'), '*\n');
    makeFolder(folder);
  });
  return folder;
}

function explained(output: string, act: () => void): void {
  try {
    act();
  } catch (cause) {
    throw new UserError(
      'output-unwritable',
      `cannot write to the output folder ${output} (${reasonOf(cause)})`,
      'Name a folder that you may write to, with room in it: --output DIR.',
      { cause },
    );
  }
}

/**
 * Makes a folder and those above it. Whether it was not there before. Step by step: made at once, a folder in a place where none can be
 * made (`/proc`) is tried for ever by Node.js 20.
 */
function makeFolder(folder: string): boolean {
  if (existsSync(folder)) {
    if (statSync(folder).isDirectory()) return false;
    throw new Error('a file has that name');
  }
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return true;
}

/** Makes a folder that was not there before: two audits may begin at the same moment. */
function makeNew(wanted: string): string {
  for (let number = 1; ; number++) {
    const folder = number === 1 ? wanted : `${wanted}-${number}`;
    try {
      mkdirSync(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return 'code' in cause ? String(cause.code) : cause.message;
}
