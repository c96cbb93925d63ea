import { appendFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEvidence } from '../../src/evidence/read.ts';
import { openEvidence } from '../../src/evidence/store.ts';
import { EVIDENCE_VERSION, type EvidenceRecord } from '../../src/model/evidence.ts';
import { workspace } from '../support/cli.ts';
import { failureOf } from '../support/failure.ts';

const HEAD: EvidenceRecord = {
  kind: 'audit',
  version: EVIDENCE_VERSION,
  at: '2026-11-29T18:00:00.000Z',
  commit: null,
  tool: '1',
  seed: 1,
  app: { command: ['x'], cwd: '/', envNames: [], dependencies: [] },
  sessions: [],
  processes: 2,
  script: false,
  companions: [],
  strength: 3,
  rules: [],
  ignore: { paths: [], fields: [], reads: [] },
  allowUnjudged: [],
  values: 'disguised',
  stalenessMs: 0,
  sessionTtlMs: null,
  invocation: {},
  withheld: { env: [], variables: [], changedEnv: [], command: false },
};
const END: EvidenceRecord = { kind: 'end', reason: 'finished', ms: 4000 };

describe('evidence', () => {
  it('is read back by its folder, its file, or as the latest of the output folder', async () => {
    await using folder = await workspace();
    const out = join(folder.path, 'out');
    const first = openEvidence(out, 'a');
    for (const record of [HEAD, END]) first.write(record);
    const second = openEvidence(out, 'b');
    for (const record of [HEAD, END]) second.write(record);
    for (const path of [first.folder, join(first.folder, 'evidence.jsonl')])
      expect(readEvidence(path).records).toEqual([HEAD, END]);
    expect(readEvidence(out).file).toBe(join(second.folder, 'evidence.jsonl'));
  });

  it('of two audits that begin at once goes to two folders', async () => {
    await using folder = await workspace();
    const folders = [1, 2, 3].map(() => openEvidence(folder.path, 'now').folder);
    expect(folders).toEqual(['now', 'now-2', 'now-3'].map((name) => join(folder.path, name)));
  });

  it('of an audit that got nowhere is not kept, and is never the latest', async () => {
    await using folder = await workspace();
    const out = join(folder.path, 'out');
    const good = openEvidence(out, 'a');
    for (const record of [HEAD, END]) good.write(record);
    const empty = openEvidence(out, 'b');
    empty.write(HEAD);
    expect(readEvidence(out).file).toContain(join(out, 'a'));
    empty.discardIfEmpty();
    good.discardIfEmpty();
    expect(readdirSync(out).sort()).toEqual(['.gitignore', 'a', 'latest']);
  });

  it('survives a last line that was cut off, and nothing else', async () => {
    await using folder = await workspace();
    const { folder: path, write } = openEvidence(folder.path, 'a');
    for (const record of [HEAD, END]) write(record);
    appendFileSync(join(path, 'evidence.jsonl'), '{"kind":"obser');
    expect(readEvidence(path).records).toEqual([HEAD, END]);
    appendFileSync(join(path, 'evidence.jsonl'), `\n${JSON.stringify(END)}\n`);
    expect(failureOf(() => readEvidence(path))).toMatchObject({ code: 'evidence-invalid' });
  });

  it.each([
    ['', 'evidence-invalid'],
    ['{"kind":"end"}', 'evidence-invalid'],
    [JSON.stringify({ ...HEAD, version: 99 }), 'evidence-version'],
  ])('that is none is refused: %s', async (text, code) => {
    await using folder = await workspace();
    writeFileSync(join(folder.path, 'evidence.jsonl'), text);
    expect(failureOf(() => readEvidence(folder.path)).code).toBe(code);
  });

  it('that is not there is said to be missing', () => {
    expect(failureOf(() => readEvidence('/nowhere/at/all'))).toMatchObject({ code: 'evidence-not-found' });
  });
});
