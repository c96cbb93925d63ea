import { copyFile, lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { newSince, type Snapshot } from './snapshot.ts';

/** What a disk held at some moment, so that it can be put back. */
export interface Checkpoint {
  readonly snapshot: Snapshot;
  /** Where the content of a written file has been kept, by its path. Large ones have not been. */
  readonly kept: ReadonlyMap<string, string>;
}

/** How the files of a disk are put right while its processes run. */
export interface Hands {
  /** Files, and folders (with a slash at the end) unless they hold something; those within come first. */
  remove(paths: readonly string[]): Promise<void>;
  /** Gives a file the content of another one of ours: a new file under the same name. */
  put(path: string, source: string): Promise<void>;
}

/** A file larger than this is not put back, in bytes. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Keeps what has been written so far in a folder of ours. */
export async function keep(snapshot: Snapshot, folder: string): Promise<Checkpoint> {
  await mkdir(folder, { recursive: true });
  const kept = new Map<string, string>();
  for (const [path, { state, source }] of snapshot.files) {
    const copy = join(folder, String(kept.size));
    if (state === 'deleted' || !(await isPlain(source))) continue;
    // A file that is gone before it is copied need not be put back.
    const isCopied = await copyFile(source, copy).then(
      () => true,
      () => false,
    );
    if (isCopied) kept.set(path, copy);
  }
  return { snapshot, kept };
}

/** Takes back what has been written to a disk since: new files are removed, changed and deleted ones are as they were. */
export async function takeBack(
  now: Snapshot,
  { snapshot, kept }: Checkpoint,
  { hands, unless }: { hands: Hands; unless: (path: string) => boolean },
): Promise<void> {
  const created: string[] = [];
  for (const [path, { state }] of newSince(snapshot, now)) {
    if (unless(path)) continue;
    const wasWritten = snapshot.files.get(path);
    const original = wasWritten === undefined ? path : kept.get(path);
    if (wasWritten?.state === 'deleted' || (wasWritten === undefined && state === 'created')) created.push(path);
    else if (original !== undefined && (await isPlain(original))) await hands.put(path, original);
  }
  if (created.length > 0) await hands.remove(created.sort().reverse());
}

async function isPlain(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  return found?.isFile() === true && found.size <= MAX_BYTES;
}
