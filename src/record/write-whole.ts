import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { messageOf, UserError } from '../errors.ts';

/** Writes a file whole or not at all: what was there stays until the new one is. Throws a UserError if it cannot be written. */
export function writeWhole(file: string, content: string | Buffer, { mode }: { mode: number }): void {
  const draft = `${file}.${process.pid}.part`;
  try {
    writeFileSync(draft, content, { mode });
    renameSync(draft, file);
  } catch (cause) {
    rmSync(draft, { force: true });
    throw new UserError('not-saved', `${file} cannot be written: ${messageOf(cause)}`, 'Name another file with --to.', { cause });
  }
}
