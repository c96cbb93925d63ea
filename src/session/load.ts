import { readFile } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import type { Config } from '../model/config.ts';
import type { Session } from '../model/session.ts';
import { parseHar } from './formats/har.ts';
import { parseHttpFile } from './formats/http-file.ts';
import { sourceText } from './formats/syntax.ts';

export type LoadOptions = Pick<Config, 'variables' | 'httpEnv' | 'origins'>;

/** Reads a session from a file, in the format its extension names. Throws `UserError` for a file that is missing or unreadable. */
export async function loadSession(path: string, options: LoadOptions): Promise<Session> {
  const file = resolve(path);
  switch (extname(file).toLowerCase()) {
    case '.http':
    case '.rest':
      return parseHttpFile(sourceText(basename(file), file, await read(file)), { ...options, processEnv: process.env });
    case '.har':
      return parseHar(sourceText(basename(file), file, ''), await read(file), options);
    default:
      throw new UserError(
        'session-format',
        `${path} is no session file that can be read`,
        'Use a .http or .rest file, or a .har file as browsers export it.',
      );
  }
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new UserError('session-not-found', `the session file ${file} cannot be read`, 'Check the path given with --session.', {
      cause,
    });
  }
}
