import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { messageOf, UserError } from '../errors.ts';
import { EVIDENCE_VERSION, type EvidenceRecord } from '../model/evidence.ts';
import { checkedRecord } from './record-shapes.ts';

/** Name of the evidence file within an audit's folder: JSON Lines, one record a line. */
const EVIDENCE_FILE = 'evidence.jsonl';

/** Name of the file in an output folder that names the folder of its latest audit. */
const LATEST = 'latest';

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

/** Reads the evidence of an audit: its folder, its file, or an output folder (then its latest audit). */
export function readEvidence(path: string): { readonly file: string; readonly records: EvidenceRecord[] } {
  const [file, text] = readFirst([...pointedAt(path), path, join(path, EVIDENCE_FILE), latest(path)]);
  const lines = text.split('\n');
  const whole = lines.flatMap((line, index) => {
    const value = line === '' ? null : parseLine(line, { file, line: index + 1, last: lines.length });
    return value === null ? [] : [{ value: value.json, line: index + 1 }];
  });
  refuseOther(whole[0]?.value, file);
  return { file, records: whole.map(({ value, line }) => checkedRecord(value, `${file}:${line}`)) };
}

/** Throws a `UserError` unless this is how evidence of this version begins. */
function refuseOther(head: unknown, file: string): void {
  const { kind, version } = (head ?? {}) as Partial<Extract<EvidenceRecord, { kind: 'audit' }>>;
  if (kind !== 'audit')
    throw new UserError(
      'evidence-invalid',
      `${file} is not evidence of an audit`,
      'Name the folder that `check` printed at its end.',
    );
  if (version !== EVIDENCE_VERSION)
    throw new UserError(
      'evidence-version',
      `${file} has evidence format ${JSON.stringify(version) ?? 'none'}, this version reads ${EVIDENCE_VERSION}`,
      'Run the audit again, or read it with the version that wrote it.',
    );
}

/** What is made of evidence: should it not be possible although every record has its shape, the evidence is not what an audit has written. */
export function fromEvidence<T>(file: string, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError(
      'evidence-invalid',
      `${file} cannot be judged: ${messageOf(cause)}`,
      'Evidence must not be edited: run the audit again.',
      {
        cause,
      },
    );
  }
}

/** The evidence that the file `latest` of an output folder names, should it be that file. */
function pointedAt(path: string): string[] {
  return basename(path) === LATEST ? [latest(dirname(path))] : [];
}

function latest(output: string): string {
  try {
    return join(output, readFileSync(join(output, LATEST), 'utf8').trim(), EVIDENCE_FILE);
  } catch {
    return output;
  }
}

function readFirst(paths: readonly string[]): [string, string] {
  for (const path of paths) {
    try {
      return [path, readFileSync(path, 'utf8')];
    } catch {}
  }
  throw new UserError(
    'evidence-not-found',
    `no evidence at ${paths[0]}`,
    'Run `share-nothing check` first, or name the folder that it printed at its end.',
  );
}

/** A last line cut off by a crash is left out. */
function parseLine(text: string, { file, line, last }: { file: string; line: number; last: number }): { json: unknown } | null {
  try {
    return { json: JSON.parse(text) };
  } catch (cause) {
    if (line === last) return null;
    throw new UserError('evidence-invalid', `${file}:${line} is not JSON`, 'Evidence must not be edited: run the audit again.', {
      cause,
    });
  }
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return 'code' in cause ? String(cause.code) : cause.message;
}
