import { relative } from 'node:path';

/** A path as it is shown in a folder: relative if it lies within. */
export function fromHere(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short.startsWith('..') || short === '' ? path : short;
}
