import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { folderOf, readExpected } from '../fixtures/run-fixture.ts';

const CLI = resolve(import.meta.dirname, '../dist/cli.js');
const LANES = [1, 2, 4];
const APPS = ['stored-redis-ttl', 'stored-redis-fallback', 'frameworks/flask-session-redis', 'frameworks/rails-redis-forever'];

/** The time of a whole audit with several lanes, against one lane in the same run, by app. */
export async function benchLanes(ids: readonly string[] = APPS): Promise<void> {
  console.log(
    `| app | ${LANES.map((lanes) => `${lanes} ${lanes === 1 ? 'lane' : 'lanes'}`).join(' | ')} |\n|---|${'--:|'.repeat(LANES.length)}`,
  );
  for (const id of ids) {
    const times: number[] = [];
    for (const lanes of LANES) times.push(await timeOf(id, lanes));
    console.log(`| ${id} | ${times.map((time) => (time / (times[0] ?? time)).toFixed(2)).join(' | ')} |`);
  }
}

async function timeOf(id: string, lanes: number): Promise<number> {
  const expected = await readExpected(id);
  const folder = folderOf(id, expected);
  const output = await mkdtemp(join(tmpdir(), 'share-nothing-bench-'));
  const session = join(folder, expected.session ?? 'session.http');
  const flags = ['--session', session, '--seed', '1', '--output', output, '--lanes', String(lanes), ...(expected.args ?? [])];
  const began = performance.now();
  const { exitCode, stderr } = await execa(process.execPath, [CLI, 'check', ...flags, '--', ...expected.command], {
    reject: false,
    cwd: folder,
  });
  const time = performance.now() - began;
  await rm(output, { recursive: true });
  if (exitCode !== 0 && exitCode !== 1) throw new Error(`${id}: ${stderr.slice(-500)}`);
  return time;
}

if (process.argv[1]?.endsWith('lanes.ts')) await benchLanes(process.argv.length > 2 ? process.argv.slice(2) : APPS);
