import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { folderOf, readExpected } from '../fixtures/run-fixture.ts';
import { readEvidence } from '../src/evidence/store.ts';
import type { Observation } from '../src/model/observation.ts';

const ROOT = join(import.meta.dirname, '..');

export interface TimedAudit {
  readonly seconds: number;
  readonly trials: readonly Observation[];
}

/** A whole audit of a fixture app with the built command line. */
export async function timeAudit(app: string, flags: readonly string[]): Promise<TimedAudit> {
  const expected = await readExpected(app);
  const { command, args = [], session = 'session.http' } = expected;
  const folder = folderOf(app, expected);
  const output = await mkdtemp(join(tmpdir(), 'share-nothing-bench-'));
  try {
    const own = ['--session', join(folder, session), '--cwd', folder, '--seed', '1', '--output', output];
    const cli = [join(ROOT, 'dist/cli.js'), 'check', ...own, ...flags, ...args, '--', ...command];
    const began = performance.now();
    await execa(process.execPath, cli, { reject: false, cwd: folder });
    const seconds = (performance.now() - began) / 1000;
    const { records } = readEvidence(output);
    return { seconds, trials: records.flatMap((record) => (record.kind === 'observation' ? [record.observation] : [])) };
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}

export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
