import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parse } from 'dotenv';
import { UserError } from '../errors.ts';

/** Variables of the files named, later ones first; of `.env` in the folder if none are, and if it is there. Throws a UserError for a file that cannot be read. */
export async function loadEnvFiles(folder: string, named: readonly string[]): Promise<Record<string, string>> {
  const paths = named.length === 0 ? [join(folder, '.env')] : named.map((file) => resolve(folder, file));
  let variables: Record<string, string> = {};
  for (const path of paths) {
    try {
      variables = { ...variables, ...parse(await readFile(path)) };
    } catch (cause) {
      const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
      if (named.length === 0 && code === 'ENOENT') continue;
      const hint = named.length === 0 ? 'Make it readable, or name others with --dotenv.' : 'Check the path given with --dotenv.';
      throw new UserError('env-file-unreadable', `the file of variables ${path} cannot be read (${code})`, hint, { cause });
    }
  }
  return variables;
}
