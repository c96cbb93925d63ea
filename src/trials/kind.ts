import type { FileKind } from '../model/journal.ts';
import { fileKind } from '../oracle/values/file-kind.ts';

/** Where an app lies says nothing of its files: what lies in its folder is told by its path from there. */
export function kindOf(path: string, cwd: string): FileKind {
  return fileKind(path.startsWith(`${cwd}/`) ? path.slice(cwd.length) : path);
}
