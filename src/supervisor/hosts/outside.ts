import { lstat, readdir, readlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isWithin } from './mounts.ts';

/** Where apps write besides their own, temporary and home folders, the likeliest first. */
const USUAL: readonly string[] = ['/dev/shm', '/srv', '/tmp', '/var', '/run', '/mnt', '/opt'];
/** What is walked, at most. */
const MAX_ENTRIES = 200_000;
const MAX_MS = 2_000;
/** Files named, at most. */
const MAX_NAMED = 100;

/**
 * Absolute paths of files that this user's programs have changed since a time (milliseconds since 1970) in the app's folder and in places that
 * apps usually write to: as far as can be told when nobody has watched. Files that somebody still has open are of other programs. Bounded.
 */
export async function changedSince(since: number, { cwd, except }: { cwd: string; except: readonly string[] }): Promise<string[]> {
  const open = await openFiles();
  const uid = process.getuid?.();
  const until = performance.now() + MAX_MS;
  const found: string[] = [];
  let seen = 0;
  const done = new Set<string>();
  const walk = async (folder: string): Promise<void> => {
    if (done.has(folder)) return;
    done.add(folder);
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      if (++seen > MAX_ENTRIES || performance.now() > until || found.length >= MAX_NAMED) return;
      const path = join(folder, entry.name);
      if (except.some((one) => isWithin(path, one)) || isOurs(folder, entry.name)) continue;
      if (entry.isDirectory()) await walk(path);
      if (!entry.isFile() || open.has(path)) continue;
      const stat = await lstat(path).catch(() => null);
      if (stat !== null && stat.mtimeMs >= since && (uid === undefined || stat.uid === uid)) found.push(path);
    }
  };
  for (const root of new Set([...USUAL.slice(0, 2), cwd, ...USUAL])) await walk(root);
  return found.sort();
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
