import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Entries of a folder that are looked at. */
const MAX_ENTRIES = 20_000;

/**
 * The first file or folder in a tree that its user may write to and whose group is another than the user's own: the kernel cannot copy
 * it up in a user namespace, in which that group does not exist. `null` if there is none. Dependencies are left out: nobody writes there.
 */
export async function firstOfForeignGroup(folder: string, { uid, gid }: { uid: number; gid: number }): Promise<string | null> {
  const open = [folder];
  let seen = 0;
  for (let next = open.shift(); next !== undefined && seen < MAX_ENTRIES; next = open.shift()) {
    const found = await lstat(next).catch(() => null);
    if (found === null) continue;
    seen++;
    if (found.uid === uid && found.gid !== gid && !found.isSymbolicLink()) return next;
    if (!found.isDirectory() || next.endsWith('/node_modules') || next.endsWith('/.git')) continue;
    for (const name of await readdir(next).catch(() => [])) open.push(join(next, name));
  }
  return null;
}
