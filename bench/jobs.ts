import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { folderOf, readExpected } from '../fixtures/run-fixture.ts';
import type { Report } from '../src/model/report.ts';

const CLI = resolve(import.meta.dirname, '../dist/cli.js');
const ROUNDS = 3;

/** Trials and time of an audit of a session with one job, against the same app without its worker and without waiting for the outcome. */
export async function benchJobs(): Promise<void> {
  const expected = await readExpected('jobs-redis');
  const folder = folderOf('jobs-redis', expected);
  const work = await mkdtemp(join(tmpdir(), 'share-nothing-bench-'));
  const session = await readFile(join(folder, 'session.http'), 'utf8');
  const unawaited = join(work, 'session.http');
  await writeFile(unawaited, session.replace(/^# @until.*$/m, ''));
  const measure = async (file: string, formation: string) => {
    const flags = ['--session', file, '--output', join(work, 'out'), '--seed', '1', '--service', 'redis'];
    const workers = ['--formation', formation, ...(formation.endsWith('=0') ? [] : ['--ready-log', 'worker=ready'])];
    const began = performance.now();
    const { stdout } = await execa(
      process.execPath,
      [CLI, 'check', ...flags, ...workers, '--reporter', 'json', '--', ...expected.command],
      { cwd: folder, reject: false },
    );
    return { ms: performance.now() - began, trials: (JSON.parse(stdout) as Report).trials };
  };
  const ratios: number[] = [];
  let [own, bare] = [0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    const withJob = await measure(join(folder, 'session.http'), 'worker=1');
    const without = await measure(unawaited, 'worker=0');
    ratios.push(withJob.ms / without.ms);
    [own, bare] = [withJob.trials, without.trials];
  }
  await rm(work, { recursive: true });
  const [least, median, most] = ratios.sort((a, b) => a - b).map((ratio) => ratio.toFixed(2));
  console.log(`one job: ${own} trials against ${bare} without the worker, ${median} times the time (${least} to ${most})`);
}

if (process.argv[1]?.endsWith('jobs.ts')) await benchJobs();
