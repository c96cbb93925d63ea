import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { createJiti } from 'jiti';
import { lilconfig } from 'lilconfig';
import { messageOf, UserError } from '../errors.ts';
import { CONFIG_FILES } from './defaults.ts';
import { defineConfig } from './define-config.ts';
import type { UserConfig } from './schema.ts';
import { fileSource, validate } from './validate.ts';

/** A config file that was read and is valid. */
export interface ConfigFile {
  /** Absolute path. */
  readonly path: string;
  readonly folder: string;
  readonly config: UserConfig;
}

/** The named config file, or the one found in `cwd`; `null` if there is none. Throws UserErrors for a file that cannot be used. */
export async function loadConfigFile(cwd: string, file: string | null): Promise<ConfigFile | null> {
  const named = file === null ? null : resolve(cwd, file);
  if (named !== null && !existsSync(named))
    throw new UserError('config-not-found', `there is no config file ${named}`, 'Check the path given with --config.');
  if (named !== null && statSync(named).isDirectory())
    throw new UserError(
      'config-not-found',
      `${named} is a folder, not a config file`,
      `Name the file in it: --config ${join(named, CONFIG_FILES[0] ?? '')}`,
    );
  const path = named ?? (await search(cwd));
  if (path === null) return null;
  return { path, folder: dirname(path), config: validate(await read(path), fileSource(basename(path))) };
}

async function search(cwd: string): Promise<string | null> {
  const loaders = Object.fromEntries(
    ['.ts', '.mts', '.js', '.mjs', '.json'].map((extension) => [extension, (path: string) => path]),
  );
  const found = await lilconfig('share-nothing', { searchPlaces: [...CONFIG_FILES], stopDir: cwd, loaders, cache: false }).search(
    cwd,
  );
  return found?.filepath ?? null;
}

async function read(path: string): Promise<unknown> {
  // A config file may import us although we are not installed beside it, as when started by npx.
  const jiti = createJiti(import.meta.url, {
    moduleCache: false,
    fsCache: false,
    virtualModules: { 'share-nothing': { defineConfig } },
  });
  const { exit } = process;
  let reject: (reason: unknown) => void = () => {};
  const failed = new Promise<never>((_, refuse) => {
    reject = refuse;
  });
  const timer = setTimeout(() => reject(new Error(`it is not loaded after ${LOAD_MS / 1000} s`)), LOAD_MS);
  process.on('unhandledRejection', reject);
  process.exit = (code) => {
    throw new Error(`it ends the process, with exit code ${code ?? 0}`);
  };
  try {
    const settings = plain(await Promise.race([jiti.import(path, { default: true }), failed]));
    // A promise that it leaves behind rejected is only reported in the next turn.
    await Promise.race([failed, setImmediate()]);
    return settings;
  } catch (cause) {
    const reason = messageOf(cause);
    throw new UserError('config-unreadable', `${path} cannot be read`, 'Mend the error above; the file is loaded as a module.', {
      cause,
      details: reason.split('\n').slice(0, 8),
    });
  } finally {
    process.exit = exit;
    process.off('unhandledRejection', reject);
    clearTimeout(timer);
  }
}

/** How long a config file may take to load. */
const LOAD_MS = 10_000;
/** Deeper settings are none of ours. */
const MAX_DEPTH = 20;

/** Settings without getters, which may throw or change their mind. */
function plain(value: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH) throw new Error(`its settings are nested deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item, depth + 1)]));
}
