import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { readExpected } from '../fixtures/run-fixture.ts';
import { readEvidence } from '../src/evidence/store.ts';

const ROOT = join(import.meta.dirname, '..');

/** The time of a whole audit of a fixture app, in seconds, and the number of its trials. */
export async function timeAudit(app: string, flags: readonly string[]): Promise<{ seconds: number; trials: number }> {
  const folder = join(ROOT, 'fixtures/apps', app);
  const { command, args = [] } = await readExpected(app);
  const output = await mkdtemp(join(tmpdir(), 'share-nothing-bench-'));
  try {
    const own = ['--session', join(folder, 'session.http'), '--cwd', folder, '--seed', '1', '--output', output];
    const cli = [join(ROOT, 'dist/cli.js'), 'check', ...own, ...flags, ...args, '--', ...command];
    const began = performance.now();
    await execa(process.execPath, cli, { reject: false, cwd: folder });
    const seconds = (performance.now() - began) / 1000;
    const trials = readEvidence(output).records.filter((record) => record.kind === 'observation').length;
    return { seconds, trials };
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}

export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
