import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import type { Config } from '../model/config.ts';
import type { Session } from '../model/session.ts';
import { parseHttpFile } from './formats/http/http-file.ts';
import { sourceText } from './formats/http/syntax.ts';

export type LoadOptions = Pick<Config, 'variables' | 'httpEnv' | 'origins'>;

/** Reads a session from a file, in the format its extension names. Throws `UserError` for a file that is missing or unreadable. */
export async function loadSession(path: string, options: LoadOptions): Promise<Session> {
  const file = resolve(path);
  switch (extname(file).toLowerCase()) {
    case '.http':
    case '.rest':
      return parseHttpFile(sourceText(basename(file), file, await read(file)), { ...options, processEnv: process.env });
    case '.har': {
      const { parseHar } = await import('./formats/har/parse-har.ts');
      return parseHar(sourceText(basename(file), file, ''), await read(file), options);
    }
    default:
      throw new UserError(
        'session-format',
        `${path} is no session file that can be read`,
        'Use a .http or .rest file, or a .har file as browsers export it.',
      );
  }
}

async function read(file: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new UserError('session-not-found', `the session file ${file} cannot be read`, 'Check the path given with --session.', {
      cause,
    });
  }
  return decode(basename(file), bytes);
}

/** A file's text, in UTF-8, or in UTF-16 with a byte order mark. Throws a `UserError` for what is no text: it could not be sent as written. */
function decode(name: string, bytes: Buffer): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  const text = new TextDecoder(encoding).decode(bytes);
  const nul = text.indexOf('\0');
  if (nul === -1 && (encoding !== 'utf-8' || isUtf8(bytes))) return text;
  const odd = nul === -1 ? text.indexOf('\ufffd') : nul;
  const line = text.slice(0, odd).split('\n').length;
  throw new UserError(
    'session-syntax',
    `${name}:${line}: this is no text in UTF-8${nul === -1 ? '' : ': it holds a NUL'}`,
    'Save the file as UTF-8. What is binary belongs in a file of its own: `< ./photo.jpg` in place of the body.',
  );
}
