import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { execa } from 'execa';
import type { Report } from '../../src/model/report.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** The built command line. */
export const CLI = join(ROOT, 'dist/cli.js');
/** Small apps with one behaviour each. */
export const APPS = join(ROOT, 'test/apps');

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line as a user would, without a terminal. */
export async function run(args: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}): Promise<Ran> {
  const result = await execa(process.execPath, [CLI, ...args], {
    reject: false,
    ...options,
    // Whoever runs these tests in GitHub Actions does not audit there.
    env: { NO_COLOR: '1', GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '', ...options.env },
  });
  return { exitCode: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr };
}

/** A folder of its own for one test, with these files; removed when disposed. */
export async function workspace(
  files: Readonly<Record<string, string>> = {},
): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'share-nothing-test-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** An audit of `visit.http` that is as short as most tests need, told as JSON. */
export const BRIEF = ['check', '--session', 'visit.http', '--output', 'out', '--reporter', 'json', '--strength', '2'];

/** Audits one of the small apps with a session and gives the JSON report (`null` if there is none). */
export async function check(
  app: readonly string[],
  session: string,
  flags: readonly string[] = [],
): Promise<Ran & { readonly report: Report | null }> {
  await using folder = await workspace({ 'visit.http': session });
  const ran = await run([...BRIEF, '--seed', '1', '--host', 'plain', ...flags, '--', ...app], { cwd: folder.path });
  return { ...ran, report: ran.stdout.startsWith('{') ? (JSON.parse(ran.stdout) as Report) : null };
}

/** Ids of living processes whose environment holds this text (Linux). */
export async function processesMarked(text: string): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const marked = await Promise.all(
    ids.map(async (id) => ((await readFile(`/proc/${id}/environ`, 'utf8').catch(() => '')).includes(text) ? [Number(id)] : [])),
  );
  return marked.flat();
}
