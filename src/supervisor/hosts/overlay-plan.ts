import { lstat, readdir, readFile, readlink, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isWritable } from './access.ts';
import { isWithin, type Mount, SYSTEM_FOLDERS } from './mounts.ts';

/** How the root of a disk is put together, in the order of its steps. */
export type Step =
  /** The machine's folder, with what is written to it kept apart. */
  | { readonly kind: 'overlay'; readonly path: string }
  /** A folder of the disk's own, empty at first, writable for everybody. */
  | { readonly kind: 'empty'; readonly path: string }
  /** The machine's file or folder itself; `deep`: with all that is mounted beneath. */
  | { readonly kind: 'bind'; readonly path: string; readonly deep: boolean }
  /** A folder that only holds others. */
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'copy'; readonly path: string }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

export interface PlanOptions {
  readonly mounts: readonly Mount[];
  /** Attached resources: seen as they are. */
  readonly volumes: readonly string[];
  /** Folder that no process may see into. */
  readonly hidden: string;
}

/** Some folders hold more than a process needs to see of others. */
const MAX_ENTRIES = 64;
/** Sticky folders in which everybody may write: their own users cannot be overlaid, so each disk gets empty ones. */
const SCRATCH: readonly string[] = ['/tmp', '/var/tmp', '/dev/shm', '/run/lock'];
const MAX_COPIED = 1024 * 1024;

/** With the rights of root: one overlay over each file system of the machine. */
export async function planAsRoot({ mounts, volumes }: PlanOptions): Promise<Step[]> {
  const others = mounts.filter(({ path }) => path !== '/');
  const steps = await Promise.all(others.map(mountStep));
  return [
    { kind: 'overlay', path: '/' },
    ...SYSTEM_FOLDERS.map((path): Step => ({ kind: 'bind', path, deep: true })),
    ...((await isFolder('/dev/shm')) ? [{ kind: 'empty', path: '/dev/shm' } as const] : []),
    ...steps.flat(),
    ...(await socketSteps()),
    ...volumes.map((path): Step => ({ kind: 'bind', path, deep: true })),
  ];
}

async function mountStep({ path, readOnly }: Mount): Promise<Step[]> {
  const found = await stat(path).catch(() => null);
  if (found === null) return [];
  if (!found.isDirectory()) return [{ kind: readOnly ? 'bind' : 'copy', path, deep: false }];
  return [readOnly ? { kind: 'bind', path, deep: false } : { kind: 'overlay', path }];
}

/**
 * Connecting through an overlay to a socket of the machine is refused (it is another inode there), so sockets that are
 * listened on are bound in themselves.
 */
async function socketSteps(): Promise<Step[]> {
  const table = await readFile('/proc/net/unix', 'utf8').catch(() => '');
  const paths = table.split('\n').flatMap((line) => / (\/.+)$/.exec(line)?.[1] ?? []);
  const own = [...new Set(paths)].filter((path) => !SYSTEM_FOLDERS.some((folder) => isWithin(path, folder)));
  const found = await Promise.all(own.slice(0, 4 * MAX_ENTRIES).map(async (path) => ((await isSocket(path)) ? [path] : [])));
  return found.flat().map((path) => ({ kind: 'bind', path, deep: false }));
}

export interface UserPlanOptions extends PlanOptions {
  readonly uid: number;
  /** Folders that the app must be able to write to if its user can. */
  readonly needed: readonly string[];
}

/**
 * With the rights of an ordinary user: the kernel overlays no folder with something mounted beneath, and copies nothing up whose
 * parent belongs to somebody else. So there is one overlay per folder without mounts, another per topmost folder of the user's,
 * and empty scratch folders.
 */
export async function planAsUser(options: UserPlanOptions): Promise<Step[]> {
  const { mounts, volumes, needed } = options;
  const steps = await planFolder('/', options);
  const owned = await Promise.all(needed.map((path) => topmostOwned(path, options.uid)));
  const topmost = [...new Set(owned.flat())].filter((path) => !SCRATCH.some((scratch) => isWithin(path, scratch)));
  const extra = topmost.filter((path) => !steps.some((step) => step.kind === 'overlay' && step.path === path));
  const beneath = (path: string) => mounts.some((mount) => mount.path !== path && isWithin(mount.path, path));
  return [
    ...steps,
    ...extra.filter((path) => !beneath(path)).map((path): Step => ({ kind: 'overlay', path })),
    ...(await socketSteps()).filter(({ path }) => !SCRATCH.some((scratch) => isWithin(path, scratch))),
    ...volumes.map((path): Step => ({ kind: 'bind', path, deep: true })),
  ];
}

async function planFolder(folder: string, options: UserPlanOptions): Promise<Step[]> {
  const names = (await readdir(folder).catch(() => [])).sort();
  const plans = await Promise.all(names.map((name) => planEntry(join(folder, name), options)));
  return plans.flat();
}

async function planEntry(path: string, options: UserPlanOptions): Promise<Step[]> {
  if (path === options.hidden) return [];
  if (SYSTEM_FOLDERS.includes(path)) {
    const bind: Step = { kind: 'bind', path, deep: true };
    return path === '/dev' && (await isFolder('/dev/shm')) ? [bind, { kind: 'empty', path: '/dev/shm' }] : [bind];
  }
  const found = await lstat(path).catch(() => null);
  if (found === null) return [];
  if (found.isSymbolicLink()) return [{ kind: 'link', path, target: await readlink(path) }];
  if (!found.isDirectory()) return [{ kind: 'bind', path, deep: false }];
  if (SCRATCH.includes(path)) return [{ kind: 'empty', path }, ...(await planScratch(path, options))];
  const special = [...options.mounts.map((mount) => mount.path), ...SCRATCH, options.hidden];
  if (!special.some((other) => other !== path && isWithin(other, path))) return [{ kind: 'overlay', path }];
  return [{ kind: 'folder', path }, ...(await planFolder(path, options))];
}

/** What the machine's scratch folder holds, in a folder of the disk's own. */
async function planScratch(folder: string, options: UserPlanOptions): Promise<Step[]> {
  const paths = (await readdir(folder).catch(() => [])).map((name) => join(folder, name));
  const isNeeded = (path: string) => [...options.needed, ...options.volumes].some((other) => isWithin(other, path));
  const newest = await byAge(paths.filter((path) => !isNeeded(path) && path !== options.hidden));
  const plans = await Promise.all(
    [...paths.filter(isNeeded), ...newest.slice(0, MAX_ENTRIES)].map(async (path): Promise<Step[]> => {
      const found = await lstat(path).catch(() => null);
      if (found === null) return [];
      if (found.isSymbolicLink()) return [{ kind: 'link', path, target: await readlink(path) }];
      if (found.isSocket()) return [{ kind: 'bind', path, deep: false }];
      if (found.isFile()) return found.size <= MAX_COPIED ? [{ kind: 'copy', path }] : [];
      if (!found.isDirectory()) return [];
      const isPlain = !options.mounts.some((mount) => mount.path !== path && isWithin(mount.path, path));
      if (found.uid === options.uid && isPlain) return [{ kind: 'overlay', path }];
      // Somebody else's: seen as it is, unless the app could write to it.
      return isNeeded(path) || !(await isWritable(path)) ? [{ kind: 'bind', path, deep: true }] : [];
    }),
  );
  return plans.flat();
}

async function byAge(paths: readonly string[]): Promise<string[]> {
  const ages = await Promise.all(paths.map(async (path) => ({ path, ms: (await lstat(path).catch(() => null))?.mtimeMs ?? 0 })));
  return ages.sort((a, b) => b.ms - a.ms).map(({ path }) => path);
}

/** The topmost folder on the way to a path that belongs to the user. */
async function topmostOwned(path: string, uid: number): Promise<string[]> {
  const way: string[] = [];
  for (let folder = path; folder !== '/'; folder = dirname(folder)) way.unshift(folder);
  for (const folder of way) if ((await lstat(folder).catch(() => null))?.uid === uid) return [folder];
  return [];
}

async function isFolder(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null))?.isDirectory() ?? false;
}

async function isSocket(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null))?.isSocket() ?? false;
}
