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
  /** A folder of the disk's own with copies of these files of the machine's folder; what else is in it are steps of their own. */
  | { readonly kind: 'own'; readonly path: string; readonly files: readonly string[] }
  /** The machine's file or folder itself; `deep`: with all that is mounted beneath; `open`: it could be written to. */
  | { readonly kind: 'bind'; readonly path: string; readonly deep: boolean; readonly open?: boolean }
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
/** Where a folder cannot be overlaid, its files are copied for each disk up to this size, in bytes. */
const MAX_OWN = 32 * 1024 * 1024;

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
 * and empty scratch folders. A folder that the user can write to and that has something mounted beneath (an app whose dependencies are a mount
 * of their own) is one of the disk's own, with copies of its files.
 */
export async function planAsUser(options: UserPlanOptions): Promise<Step[]> {
  const { mounts, volumes, needed } = options;
  const steps = await planFolder('/', options);
  const owned = await Promise.all(needed.map((path) => topmostOwned(path, options.uid)));
  const topmost = [...new Set(owned.flat())].filter((path) => !SCRATCH.includes(path));
  const extra = topmost.filter(
    (path) => !steps.some(({ kind, path: known }) => known === path && (kind === 'overlay' || kind === 'own')),
  );
  const beneath = (path: string) => mounts.some((mount) => mount.path !== path && isWithin(mount.path, path));
  const isBound = (path: string) => steps.some((step) => step.kind === 'bind' && step.deep && isWithin(path, step.path));
  const more = extra.map(async (path): Promise<Step[]> => {
    if (!beneath(path)) return [{ kind: 'overlay', path }];
    return isBound(path) ? planEntry(path, options) : [];
  });
  return [
    ...steps,
    ...(await Promise.all(more)).flat(),
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
  const entries = await planFolder(path, options);
  if (!(await isWritable(path)) && !(await anyWritable(entries, path))) return [{ kind: 'folder', path }, ...entries];
  return ownFolder(path, entries);
}

/** Whether one of the files that are bound straight into a folder could be written to. */
async function anyWritable(entries: readonly Step[], folder: string): Promise<boolean> {
  const files = entries.filter((step) => step.kind === 'bind' && dirname(step.path) === folder);
  return (await Promise.all(files.map((step) => isWritable(step.path)))).includes(true);
}

/** A folder of the disk's own in place of one whose files would be bound, and so be everybody's. */
async function ownFolder(folder: string, entries: readonly Step[]): Promise<Step[]> {
  const steps = await Promise.all(
    entries.map(async (step): Promise<{ step: Step; file: string | null }> => {
      const found = step.kind === 'bind' && dirname(step.path) === folder ? await lstat(step.path).catch(() => null) : null;
      if (step.kind !== 'bind' || found?.isFile() !== true) return { step, file: null };
      if (found.size <= MAX_OWN) return { step, file: step.path };
      return { step: { ...step, open: await isWritable(step.path) }, file: null };
    }),
  );
  const files = steps.flatMap(({ file }) => (file === null ? [] : [file]));
  return [{ kind: 'own', path: folder, files }, ...steps.flatMap(({ step, file }) => (file === null ? [step] : []))];
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
      if (found.uid === options.uid) return isPlain ? [{ kind: 'overlay', path }] : planEntry(path, options);
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
