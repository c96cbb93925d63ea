import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Disk } from '../supervisor/hosts/host.ts';

/** Larger files are told apart by their time of change, in bytes. */
const MAX_HASHED = 16 * 1024 * 1024;

/** Absolute paths of files that were written to a disk. */
export async function pathsWritten(disk: Disk): Promise<string[]> {
  return [...(await disk.snapshot()).files.keys()].filter(isFile);
}

/** A hash of the content of each file that was written to a disk, by its absolute path. */
export async function hashesWritten(disk: Disk): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map<string, string>();
  for (const [path, { state, bytes, version, source }] of (await disk.snapshot()).files) {
    if (!isFile(path)) continue;
    const content = state === 'deleted' || bytes > MAX_HASHED ? null : await readFile(source).catch(() => null);
    hashes.set(path, content === null ? `${state} ${version}` : createHash('sha256').update(content).digest('hex'));
  }
  return hashes;
}

function isFile(path: string): boolean {
  return !path.endsWith('/');
}
