import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { messageOf, UserError } from '../errors.ts';
import { EVIDENCE_VERSION, type EvidenceRecord } from '../model/evidence.ts';
import { checkedRecord } from './record-shapes.ts';
import { EVIDENCE_FILE, LATEST } from './store.ts';

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
