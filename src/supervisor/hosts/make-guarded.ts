import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { HostRefused } from './refused.ts';

/**
 * Makes a folder of ours within a room and has it guarded, both at once: were we killed in between, nobody would know whose it is. Throws a
 * HostRefused if it cannot be made.
 */
export function makeGuarded(room: string, prefix: string, guard: (folder: string) => void): string {
  try {
    const folder = mkdtempSync(join(room, prefix));
    guard(folder);
    return folder;
  } catch (cause) {
    throw new HostRefused(`cannot write to ${room}`, 'Set TMPDIR to a folder that you may write to.', { cause });
  }
}
