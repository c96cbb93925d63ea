import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import { UserError } from '../../../errors.ts';
import type { EnvironmentVariable } from '../../../model/session.ts';
import { didYouMean } from './syntax.ts';

type Variables = Readonly<Record<string, string>>;

/** What the files beside a session say of the environments that it can be played in. */
export interface HttpEnvironments {
  readonly chosen: string | null;
  readonly names: readonly string[];
  /** Of the chosen one, in JetBrains' files: they win over variables that the session's file sets. */
  readonly before: Variables;
  /** Of the chosen one, in REST Client's settings: the session's file wins over these. */
  readonly after: Variables;
  /** For `{{$shared NAME}}`. */
  readonly shared: Variables;
  readonly variables: readonly EnvironmentVariable[];
  /** Absolute path of the folder with JetBrains' files; `null`: there are none. */
  readonly folder: string | null;
  /** The files that were read, and where they were looked for; a sentence. */
  readonly lookedAt: string;
}

const PUBLIC = 'http-client.env.json';
/** JetBrains' file for secrets, which is not to be shared. */
export const PRIVATE = 'http-client.private.env.json';
const SETTINGS = '.vscode/settings.json';
const SETTING = 'rest-client.environmentVariables';
/** Not an environment: variables of all of them. */
const SHARED = '$shared';

/**
 * Reads `http-client.env.json` with its private companion and REST Client's settings, each from the nearest folder above the session that
 * has them. `wanted` picks an environment; the only one is picked by itself. Throws a `UserError` for files that cannot be read, and
 * for an environment that there is not.
 */
export function readEnvironments(session: string, wanted: string | null): HttpEnvironments {
  const folders = foldersAbove(session);
  const jetBrains = folders.find((folder) => [PUBLIC, PRIVATE].some((name) => existsSync(join(folder, name))));
  const settings = folders.map((folder) => readSettings(join(folder, SETTINGS))).find((found) => found !== null);
  const open = jetBrains === undefined ? {} : readIfThere(join(jetBrains, PUBLIC));
  const secret = jetBrains === undefined ? {} : readIfThere(join(jetBrains, PRIVATE));
  const rest = settings?.environments ?? {};
  const all = [open, secret, rest];
  const names = [...new Set(all.flatMap(Object.keys))].filter((name) => name !== SHARED);
  const read = [
    ...(jetBrains === undefined ? [] : [PUBLIC, PRIVATE].map((name) => join(jetBrains, name)).filter(existsSync)),
    ...(settings === undefined ? [] : [settings.file]),
  ];
  const lookedAt =
    read.length > 0
      ? `Looked at ${read.join(' and ')}.`
      : `Looked for ${PUBLIC}, ${PRIVATE} and ${SETTINGS} in ${folders[0]} and above; there is none.`;
  if (wanted !== null && !names.includes(wanted)) throw unknownEnvironment(basename(session), wanted, { names, lookedAt });
  const chosen = wanted ?? (names.length === 1 ? (names[0] ?? null) : null);
  const of = (environments: Environments) => ({
    ...flat(environments[SHARED]),
    ...(chosen === null ? {} : flat(environments[chosen])),
  });
  const [opened, kept] = [of(open), of(secret)];
  return {
    chosen,
    names,
    before: { ...opened, ...kept },
    after: of(rest),
    shared: Object.assign({}, ...all.map((environments) => flat(environments[SHARED]))),
    variables: [
      ...Object.entries({ ...of(rest), ...opened }).map(([name, value]) => ({ name, value, isPrivate: false })),
      ...Object.entries(kept).map(([name, value]) => ({ name, value, isPrivate: true })),
    ],
    folder: jetBrains ?? null,
    lookedAt,
  };
}

type Environments = Readonly<Record<string, unknown>>;

/** From the session's folder up to the root of its repository, or of the disk. */
function foldersAbove(session: string): string[] {
  const folders: string[] = [];
  for (let folder = dirname(session); ; folder = dirname(folder)) {
    folders.push(folder);
    if (existsSync(join(folder, '.git')) || dirname(folder) === folder) return folders;
  }
}

function readIfThere(file: string): Environments {
  return existsSync(file) ? readObject(file) : {};
}

function readSettings(file: string): { file: string; environments: Environments } | null {
  if (!existsSync(file)) return null;
  const environments = readObject(file)[SETTING];
  return isObject(environments) ? { file, environments } : null;
}

/** A JSON file as editors have it: comments and commas at the end are allowed. */
function readObject(file: string): Environments {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch (cause) {
    throw new UserError('session-environment', `${file} cannot be read`, 'Check its permissions.', { cause });
  }
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error === undefined && isObject(value)) return value;
  const line = text.slice(0, error?.offset ?? 0).split('\n').length;
  const what = error === undefined ? 'it must be an object' : `not JSON (${printParseErrorCode(error.error)})`;
  throw new UserError(
    'session-environment',
    `${file}:${line}: ${what}`,
    'Environments are written as { "dev": { "name": "value" } }.',
  );
}

/** Values by name; those within objects by their path, `user.name`. */
function flat(environment: unknown, path = ''): Record<string, string> {
  if (!isObject(environment)) return {};
  return Object.fromEntries(
    Object.entries(environment).flatMap(([key, value]): [string, string][] => {
      const name = path === '' ? key : `${path}.${key}`;
      if (isObject(value)) return Object.entries(flat(value, name));
      return value === null ? [] : [[name, typeof value === 'string' ? value : JSON.stringify(value)]];
    }),
  );
}

function isObject(value: unknown): value is Environments {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unknownEnvironment(session: string, wanted: string, { names, lookedAt }: Pick<HttpEnvironments, 'names' | 'lookedAt'>) {
  const meant = didYouMean(wanted, names);
  return new UserError(
    'session-environment',
    `there is no environment "${wanted}" for ${session}${meant === null ? '' : `; did you mean "${meant}"?`}`,
    `${names.length === 0 ? '' : `There are ${names.join(', ')}. `}${lookedAt}`,
  );
}
