import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import { text as wholeOf } from 'node:stream/consumers';
import { UserError } from '../../../errors.ts';
import { sessionOf } from '../../../record/convert.ts';
import { privateFileFor } from '../../../record/private-file.ts';
import { type Saved, saveHttp } from '../../../record/save.ts';
import { HOW_TO_PLAY } from '../../../session/formats/http/write-http.ts';
import type { Context } from '../../context.ts';
import { validateFlags } from '../../flags/settings.ts';

/** What a file became. */
export interface Converted {
  readonly saved: Saved;
  /** What was left out, in words. */
  readonly remarks: readonly string[];
}

export interface ConvertOptions {
  /** `har`, `curl` or `postman`. */
  readonly from: string;
  /** Absolute path of the session to write. */
  readonly file: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly context: Context;
}

const MAX_BYTES = 256 * 1024 * 1024;

/** Turns a file of another tool into a `.http` file. Throws a UserError if it cannot be read, or holds nothing that can be played. */
export async function convertFile(words: readonly string[], { from, file, options, context }: ConvertOptions): Promise<Converted> {
  const { cwd, stdin } = context.terminal;
  const [source, ...rest] = words;
  if (source === undefined || rest.length > 0)
    throw new UserError(
      'no-file',
      source === undefined
        ? `--from ${from} names no file to read`
        : `--from ${from} reads one file, and ${words.length} are named`,
      `For example: share-nothing record --from ${from} FILE`,
    );
  if (extname(file) === '.har')
    throw new UserError(
      'flag-invalid',
      'a file is turned into a .http file, and --to names a .har',
      'For example: --to session.http',
    );
  const isStream = source === '-';
  if (isStream && (stdin === undefined || stdin.isTTY === true))
    throw new UserError(
      'no-file',
      'nothing is given on standard input',
      `For example: share-nothing record --from ${from} - < FILE`,
    );
  const path = isStream ? resolve(cwd, 'standard-input') : resolve(cwd, source);
  const text = isStream && stdin !== undefined ? await wholeOf(stdin) : await read(path, source);
  const privateFile = privateFileFor(file);
  const { session, secrets, variables, titles, remarks } = sessionOf(text, {
    from: from as 'har' | 'curl' | 'postman',
    name: basename(path),
    folder: dirname(path),
    file,
    origins: validateFlags(options, []).origins ?? [],
    taken: privateFile.taken,
  });
  const preface = [`What stood in ${basename(path)}.`, HOW_TO_PLAY];
  const saved = await saveHttp(session, { secrets, files: [], privateFile, preface, variables, titles });
  return { saved, remarks };
}

async function read(path: string, shown: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    if (bytes.length <= MAX_BYTES) return bytes.toString('utf8');
  } catch (cause) {
    throw new UserError('session-not-found', `${shown} cannot be read`, 'Check the path.', { cause });
  }
  throw new UserError('session-too-long', `${shown} is longer than ${MAX_BYTES / 1024 / 1024} MB`, 'Export a part of it.');
}
