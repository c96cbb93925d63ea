import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that this package is in: the next one above this module, wherever that was put, whose `package.json` is ours. */
const ROOT = (() => {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file) && readManifest(file).name === 'share-nothing') return folder;
    if (folder === dirname(folder)) throw new Error(`no package share-nothing above ${import.meta.url}`);
  }
})();

/** Absolute path of a file that comes with this package, given from its root. */
export function packaged(path: string): string {
  return join(ROOT, path);
}

/** Name and version of this tool, as reports state it. */
export const TOOL: string = (() => {
  const { name, version } = readManifest(packaged('package.json'));
  return `${name} ${version}`;
})();

function readManifest(file: string): { readonly name?: string; readonly version?: string } {
  return JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version?: string };
}
