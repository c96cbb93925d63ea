import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that this package is in, the next one above this module, wherever that was put, whose `package.json` is ours; and its version. */
const PACKAGE = (() => {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    const { name, version } = existsSync(file) ? readManifest(file) : {};
    if (name === 'share-nothing') return { folder, name, version };
    if (folder === dirname(folder)) throw new Error(`no package share-nothing above ${import.meta.url}`);
  }
})();

/** Absolute path of a file that comes with this package, given from its root. */
export function packaged(path: string): string {
  return join(PACKAGE.folder, path);
}

/** Name and version of this tool, as reports state it. */
export const TOOL = `${PACKAGE.name} ${PACKAGE.version}`;

function readManifest(file: string): { readonly name?: string; readonly version?: string } {
  return JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version?: string };
}
