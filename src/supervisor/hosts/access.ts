import { constants } from 'node:fs';
import { access, lstat } from 'node:fs/promises';

/** Whether there is a file, folder or link at a path. */
export async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}

export function isReadable(path: string): Promise<boolean> {
  return allows(path, constants.R_OK);
}

export function isWritable(path: string): Promise<boolean> {
  return allows(path, constants.W_OK);
}

function allows(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
