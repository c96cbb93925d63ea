import { constants } from 'node:fs';
import { chmod, copyFile, cp, lstat, mkdir, readdir, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isReadable, isThere } from './access.ts';
import type { Hands } from './checkpoint.ts';
import type { Disk, Host, HostOptions, Launch } from './host.ts';
import { makeGuarded } from './make-guarded.ts';
import { isWithin } from './mounts.ts';
import { changedSince } from './outside.ts';
import { HostRefused } from './refused.ts';
import { removeFolder } from './remove.ts';
import type { Tree } from './snapshot.ts';
import { spawn } from './spawn.ts';
import { watch } from './watched.ts';

/** Folders of dependencies and the like, which apps read and do not write: linked, not copied. */
const LINKED: ReadonlySet<string> = new Set(['node_modules', '.git', '.venv', 'venv', 'vendor', '.bundle', '__pypackages__']);
/** A larger app would take longer to copy than to audit. */
const MAX_FILES = 50_000;
const MAX_BYTES = 1024 ** 3;
/** Files of the home folder up to this size are copied, in bytes. */
const MAX_COPIED = 1024 ** 2;

/**
 * Disks as copies of the app's folder (everywhere), with temporary and home folders of their own. What is written elsewhere is not
 * kept apart. Throws a HostRefused if the folder is too large to be copied for every trial, or holds the temporary folder.
 */
export async function createCopyHost({ cwd, volumes, guard }: HostOptions): Promise<Host> {
  if (isWithin(tmpdir(), cwd))
    throw new HostRefused(
      `the temporary folder ${tmpdir()} lies in the app's folder, of which copies are made in it`,
      'Set TMPDIR to a folder elsewhere.',
    );
  await measure(cwd);
  const state = makeGuarded(tmpdir(), 'share-nothing-copies-', guard);
  const surroundings = await findSurroundings(cwd);
  const began = Date.now();
  let disks = 0;
  return {
    name: 'copy',
    ownDisks: true,
    canFreeze: false,
    open: [
      `everything outside ${cwd} and the temporary folder, such as folders within the home folder, and the name of the machine`,
    ],
    places: [
      { path: cwd, shell: '.' },
      { path: tmpdir(), shell: '"$TMPDIR"' },
      { path: homedir(), shell: '"$HOME"' },
    ],
    createDisk: () => createDisk(join(state, `disk-${++disks}`), { cwd, volumes, surroundings }),
    writtenOutside: (except) => changedSince(began, { cwd, except: [...except, ...volumes, state] }),
    close: () => removeFolder(state),
  };
}

async function createDisk(
  folder: string,
  { cwd, volumes, surroundings }: Pick<HostOptions, 'cwd' | 'volumes'> & { surroundings: readonly string[] },
): Promise<Disk> {
  const [root, temporary, home] = ['root', 'tmp', 'home'].map((name) => join(folder, name)) as [string, string, string];
  const app = join(root, cwd);
  await Promise.all([mkdir(temporary, { recursive: true }), mkdir(app, { recursive: true })]);
  await Promise.all([copyApp(cwd, app, volumes), linkAll(surroundings, root), copyHome(homedir(), home)]);
  const moved = (text: string) =>
    isWithin(text, cwd) && !volumes.some((path) => isWithin(text, path)) ? app + text.slice(cwd.length) : text;
  const own = { TMPDIR: temporary, HOME: home, XDG_CACHE_HOME: join(home, '.cache'), XDG_RUNTIME_DIR: temporary };
  const trees: Tree[] = [
    { folder: app, path: cwd, stateOf: (path, entry) => stateOf(path, entry.version) },
    { folder: temporary, path: tmpdir(), stateOf: async (_, { state }) => state },
    { folder: home, path: homedir(), stateOf: (path, entry) => stateOf(path, entry.version) },
  ];
  return {
    launch: (launch: Launch) =>
      spawn({
        ...launch,
        command: launch.command.map(moved),
        cwd: moved(launch.cwd),
        env: { ...own, ...Object.fromEntries(Object.entries(launch.env).map(([name, value]) => [name, moved(value)])) },
      }),
    ...(await watch(trees, { folder, hands: handsOn(trees) })),
    dispose: () => removeFolder(folder),
  };
}

function handsOn(trees: readonly Tree[]): Hands {
  const locate = (path: string) => {
    const tree = trees.find((one) => isWithin(path, one.path));
    return tree === undefined ? null : tree.folder + path.slice(tree.path.length);
  };
  const remove = async (path: string) => {
    const file = locate(path);
    if (file !== null) await rm(file, { force: true });
    return file;
  };
  return {
    async remove(paths) {
      for (const path of paths) await (path.endsWith('/') ? rmdir(locate(path) ?? '').catch(() => {}) : remove(path));
    },
    put: async (path, source) => {
      const file = await remove(path);
      if (file !== null) await copyFile(source, file).catch(() => {});
    },
  };
}

/** Copies the app's folder, sharing blocks where the file system can; dependencies and volumes are linked. */
async function copyApp(from: string, to: string, volumes: readonly string[]): Promise<void> {
  const links: string[] = [];
  const closed: { path: string; mode: number; isFolder: boolean }[] = [];
  await cp(from, to, {
    recursive: true,
    mode: constants.COPYFILE_FICLONE,
    preserveTimestamps: true,
    verbatimSymlinks: true,
    filter: async (path) => {
      const isLinked = path !== from && (LINKED.has(basename(path)) || volumes.includes(path));
      if (isLinked) links.push(path);
      const found = isLinked ? null : await lstat(path).catch(() => null);
      if (found === null || !(found.isFile() || found.isDirectory() || found.isSymbolicLink())) return false;
      if (found.isSymbolicLink() || (await isReadable(path))) return true;
      closed.push({ path, mode: found.mode, isFolder: found.isDirectory() });
      return false;
    },
  });
  const copyOf = (path: string) => to + path.slice(from.length);
  for (const path of links) await symlink(path, copyOf(path));
  // What may not be read cannot be copied, and may not be read there either.
  for (const { path, mode, isFolder } of closed) {
    if (isFolder) await mkdir(copyOf(path), { mode });
    else await writeFile(copyOf(path), '', { mode });
  }
  await chmod(to, (await lstat(from)).mode);
}

/** What an app may look for above its folder: the rest of its repository, and dependencies. Absolute paths. */
async function findSurroundings(cwd: string): Promise<string[]> {
  const found: string[] = [];
  let isOwn = true;
  for (let [inner, folder] = [cwd, dirname(cwd)]; inner !== folder; [inner, folder] = [folder, dirname(folder)]) {
    isOwn &&= !(await isThere(join(inner, '.git')));
    const names = isOwn && (await isInRepository(folder)) ? await readdir(folder).catch(() => []) : ABOVE;
    const others = names.filter((name) => name !== basename(inner)).map((name) => join(folder, name));
    for (const path of others) if (await isThere(path)) found.push(path);
  }
  return found;
}

async function linkAll(paths: readonly string[], root: string): Promise<void> {
  await Promise.all(paths.map((path) => symlink(path, join(root, path))));
}

/** What runtimes look for in every folder above. */
const ABOVE: readonly string[] = ['node_modules', 'package.json'];

async function isInRepository(folder: string): Promise<boolean> {
  if (await isThere(join(folder, '.git'))) return true;
  return dirname(folder) !== folder && isInRepository(dirname(folder));
}

/** A folder that holds copies of the small files that another holds, and links to the rest. */
async function copyHome(from: string, to: string): Promise<void> {
  await mkdir(to);
  const names = await readdir(from).catch(() => []);
  await Promise.all(
    names.map(async (name) => {
      const [path, copy] = [join(from, name), join(to, name)];
      const found = await lstat(path).catch(() => null);
      if (found?.isFile() === true && found.size <= MAX_COPIED && (await isReadable(path)))
        await cp(path, copy, { mode: constants.COPYFILE_FICLONE, preserveTimestamps: true });
      else await symlink(path, copy);
    }),
  );
}

async function measure(folder: string): Promise<void> {
  let [files, bytes] = [0, 0];
  const open = [folder];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const entry of await readdir(next, { withFileTypes: true }).catch(() => [])) {
      if (LINKED.has(entry.name)) continue;
      const path = join(next, entry.name);
      if (entry.isDirectory()) open.push(path);
      else if (entry.isFile()) bytes += (await lstat(path).catch(() => null))?.size ?? 0;
      if (++files > MAX_FILES || bytes > MAX_BYTES)
        throw new HostRefused(
          `${folder} is too large to be copied for every trial`,
          'Start the app from a folder of its own: --cwd DIR, or declare what it only reads as a volume: --volume DATA.',
        );
    }
  }
}

async function stateOf(path: string, version: string): Promise<'created' | 'changed' | null> {
  const original = await lstat(path).catch(() => null);
  if (original === null) return 'created';
  const [size, modified] = version.split('/');
  return String(original.size) === size && Math.abs(original.mtimeMs - Number(modified)) < 2 ? null : 'changed';
}
