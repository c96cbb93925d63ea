import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../errors.ts';

/** Process types of an app and their commands, in the order of the file. */
export interface Procfile {
  /** Absolute path. */
  readonly path: string;
  readonly folder: string;
  readonly commands: ReadonlyMap<string, string>;
}

const LINE = /^([A-Za-z0-9_-]+)\s*:\s*(\S.*)$/;

/** The file named, or `Procfile` in a folder; `null` if that is not there. Throws a UserError for a file that cannot be used. */
export async function loadProcfile(folder: string, named: string | null): Promise<Procfile | null> {
  const path = named === null ? join(folder, 'Procfile') : resolve(folder, named);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' && named === null) return null;
    throw new UserError(
      'procfile-unreadable',
      `the Procfile ${path} cannot be read (${code})`,
      'Check the path given with --procfile.',
      {
        cause,
      },
    );
  }
  return { path, folder: dirname(path), commands: parseProcfile(basename(path), text) };
}

/** Lines of `name: command`; empty lines and those that begin with # are left out. Throws a UserError that lists every line that is wrong. */
export function parseProcfile(name: string, text: string): ReadonlyMap<string, string> {
  const commands = new Map<string, string>();
  const wrong: string[] = [];
  for (const [index, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [, type, command] = LINE.exec(line) ?? [];
    if (type === undefined || command === undefined) wrong.push(`line ${index + 1}: "${line.slice(0, 80)}" is not "name: command"`);
    else if (commands.has(type)) wrong.push(`line ${index + 1}: ${type} is there twice`);
    else commands.set(type, command);
  }
  if (wrong.length === 0 && commands.size === 0) wrong.push('it names no process');
  if (wrong.length === 0) return commands;
  throw new UserError(
    'procfile-invalid',
    `${name} cannot be used`,
    'Each line names a process and its command: web: node server.js',
    {
      details: wrong.slice(0, 10),
    },
  );
}
