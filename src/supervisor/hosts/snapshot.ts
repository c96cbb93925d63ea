import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The files of a disk that differ from the machine's own, by absolute path; folders that were made have a slash at the end. */
export interface Snapshot {
  readonly files: ReadonlyMap<string, Entry>;
  /** There were more than could be looked at. */
  readonly truncated: boolean;
}

export interface Entry {
  readonly state: 'created' | 'changed' | 'deleted';
  readonly bytes: number;
  /** Changes whenever the file was written: size, time of change and inode. */
  readonly version: string;
  /** Where its content can be read. */
  readonly source: string;
}

export const NOTHING: Snapshot = { files: new Map(), truncated: false };

/** No more files than this are looked at in one snapshot. */
const MAX_FILES = 20_000;

/** A folder whose files are to be found under another path. */
export interface Tree {
  /** Where it lies. */
  readonly folder: string;
  /** What it is called by processes. */
  readonly path: string;
  /** State of a file of it by that path, or `null` if it is of no interest. */
  readonly stateOf: (path: string, entry: Entry) => Promise<Entry['state'] | null>;
}

/** Walks folders, never along symbolic links, and gives the files in them that are of interest. */
export async function takeSnapshot(trees: readonly Tree[]): Promise<Snapshot> {
  const files = new Map<string, Entry>();
  let seen = 0;
  let truncated = false;
  const walk = async (tree: Tree, relative: string): Promise<void> => {
    const entries = await readdir(join(tree.folder, relative), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const name = join(relative, entry.name);
      if (entry.isDirectory()) await walk(tree, name);
      if (++seen > MAX_FILES) {
        truncated = true;
        return;
      }
      const source = join(tree.folder, name);
      const stat = await lstat(source).catch(() => null);
      if (stat === null) continue;
      const path = join(tree.path, name);
      const isFolder = stat.isDirectory();
      const isWhiteout = stat.isCharacterDevice() && stat.rdev === 0;
      const version = isFolder ? String(stat.ino) : `${stat.size}/${stat.mtimeMs}/${stat.ino}`;
      const bytes = isWhiteout || isFolder ? 0 : stat.size;
      const found: Entry = { state: isWhiteout ? 'deleted' : 'created', bytes, version, source };
      const state = await tree.stateOf(path, found);
      if (isFolder && state === 'created') files.set(`${path}/`, found);
      if (!isFolder && state !== null) files.set(path, { ...found, state });
    }
  };
  for (const tree of trees) await walk(tree, '');
  return { files, truncated };
}

/** What is new in a snapshot since an earlier one of the same disk, in order of path. */
export function newSince(before: Snapshot, after: Snapshot): (readonly [path: string, entry: Entry])[] {
  const gone = [...before.files].flatMap(([path, entry]) =>
    after.files.has(path) || entry.state === 'deleted' ? [] : [[path, { ...entry, state: 'deleted' as const, bytes: 0 }] as const],
  );
  const written = [...after.files].filter(([path, { version }]) => before.files.get(path)?.version !== version);
  const renamed = written.map(([path, entry]) => {
    const was = before.files.get(path);
    return [
      path,
      was !== undefined && was.state !== 'deleted' && entry.state === 'created' ? { ...entry, state: 'changed' as const } : entry,
    ] as const;
  });
  return [...renamed, ...gone].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
