import { lstat, readdir, readlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isWithin } from './mounts.ts';

/** Where apps write besides their own, temporary and home folders, the likeliest first. */
const USUAL: readonly string[] = ['/dev/shm', '/srv', '/var', '/run', '/mnt', '/opt', '/etc', '/usr/local', '/tmp'];
/** For how long each of them is looked through, at most. */
const MAX_MS = 500;
/** Files named, at most. */
const MAX_NAMED = 100;

/** What was found, and which places were not looked through to their end. */
export interface Outside {
  readonly files: readonly string[];
  readonly unfinished: readonly string[];
}

/**
 * Absolute paths of files that this user's programs have changed since a time (milliseconds since 1970) in the app's folder and in
 * places that apps usually write to: as far as can be told when nobody has watched. Files that somebody still has open are of other
 * programs. Bounded.
 */
export async function changedSince(since: number, { cwd, except }: { cwd: string; except: readonly string[] }): Promise<Outside> {
  const open = await openFiles();
  const uid = process.getuid?.();
  const files: string[] = [];
  const unfinished: string[] = [];
  const done = new Set<string>();
  const walk = async (folder: string, until: number): Promise<boolean> => {
    if (done.has(folder)) return true;
    done.add(folder);
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      if (performance.now() > until || files.length >= MAX_NAMED) return false;
      const path = join(folder, entry.name);
      if (except.some((one) => isWithin(path, one)) || isOurs(folder, entry.name)) continue;
      if (entry.isDirectory() && !(await walk(path, until))) return false;
      if (!entry.isFile() || open.has(path)) continue;
      const stat = await lstat(path).catch(() => null);
      if (stat !== null && stat.mtimeMs >= since && (uid === undefined || stat.uid === uid)) files.push(path);
    }
    return true;
  };
  for (const root of [cwd, ...USUAL]) if (!(await walk(root, performance.now() + MAX_MS))) unfinished.push(root);
  return { files: files.sort(), unfinished };
}

/** Folders that audits make in the temporary folder, this one and others that run. */
function isOurs(folder: string, name: string): boolean {
  return folder === tmpdir() && name.startsWith('share-nothing-');
}

/** What processes that run now have open; nothing where there is no `/proc`. */
async function openFiles(): Promise<ReadonlySet<string>> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const links = await Promise.all(
    pids.map(async (pid) => {
      const numbers = await readdir(`/proc/${pid}/fd`).catch(() => []);
      return Promise.all(numbers.map((number) => readlink(`/proc/${pid}/fd/${number}`).catch(() => '')));
    }),
  );
  return new Set(links.flat());
}
