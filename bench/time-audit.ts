import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { folderOf, readExpected } from '../fixtures/run-fixture.ts';
import { readEvidence } from '../src/evidence/read.ts';
import type { Observation } from '../src/model/observation.ts';
import type { Report } from '../src/model/report.ts';

const ROOT = join(import.meta.dirname, '..');

export interface TimedAudit {
  readonly seconds: number;
  readonly trials: readonly Observation[];
}

export interface TimedReport {
  readonly seconds: number;
  readonly report: Report;
}

/** A whole audit of a fixture app with the built command line. */
export async function timeAudit(app: string, flags: readonly string[]): Promise<TimedAudit> {
  await using audit = await runAudit(app, flags, ROOT);
  const { records } = readEvidence(audit.output);
  return {
    seconds: audit.seconds,
    trials: records.flatMap((record) => (record.kind === 'observation' ? [record.observation] : [])),
  };
}

/**
 * A whole audit of a fixture app with the command line that was built in a checkout of any commit: its report, as that one wrote it.
 * Throws if there is none.
 */
export async function timeReport(app: string, flags: readonly string[], checkout: string): Promise<TimedReport> {
  await using audit = await runAudit(app, [...flags, '--reporter', 'json'], checkout);
  if (!audit.stdout.startsWith('{')) throw new Error(`${checkout} has no report of ${app}: ${audit.stderr.slice(-300)}`);
  return { seconds: audit.seconds, report: JSON.parse(audit.stdout) as Report };
}

async function runAudit(app: string, flags: readonly string[], checkout: string) {
  const expected = await readExpected(app);
  const { command, args = [], session = 'session.http' } = expected;
  const folder = folderOf(app, expected);
  const output = await mkdtemp(join(tmpdir(), 'share-nothing-bench-'));
  const own = ['--session', join(folder, session), '--cwd', folder, '--seed', '1', '--output', output];
  const cli = [join(checkout, 'dist/cli.js'), 'check', ...own, ...flags, ...args, '--', ...command];
  const began = performance.now();
  const { stdout, stderr } = await execa(process.execPath, cli, { reject: false, cwd: folder });
  const seconds = (performance.now() - began) / 1000;
  return { output, stdout, stderr, seconds, [Symbol.asyncDispose]: () => rm(output, { recursive: true, force: true }) };
}

export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
