import { resolve } from 'node:path';
import type { Config } from '../model/config.ts';
import type { ConfigFile } from './load.ts';
import { loadProcfile, type Procfile } from './procfile.ts';
import { commandOf, resolveConfig } from './resolve.ts';
import type { UserConfig } from './schema.ts';

export interface Sources {
  readonly file: ConfigFile | null;
  /** What the command line says; beats the file. */
  readonly flags: UserConfig;
  readonly cwd: string;
  readonly randomSeed: () => number;
  /** Whether there must be sessions to play; there must, by default. */
  readonly sessions?: 'needed' | 'optional';
  /** A Procfile; by default the one in the app's folder, if there is one. */
  readonly procfile?: string | null;
}

/**
 * The complete config, and the Procfile that it was made with: read where no command is named, and where process types are. Throws UserErrors
 * for what cannot be used.
 */
export async function settle({
  file,
  flags,
  cwd,
  randomSeed,
  sessions = 'needed',
  procfile: named = null,
}: Sources): Promise<{ config: Config; procfile: Procfile | null }> {
  const own = file?.config ?? {};
  const folder = flags.app?.cwd === undefined ? resolve(file?.folder ?? cwd, own.app?.cwd ?? '.') : resolve(cwd, flags.app.cwd);
  // An audit asks for one command, a simulation for all of them.
  const isNamed = flags.command !== undefined || (sessions === 'needed' && commandOf(own) !== undefined);
  const hasTypes = typeof (flags.processes ?? own.processes) === 'object';
  const isWanted = !isNamed || (sessions === 'needed' && (flags.formation ?? own.formation) !== undefined);
  const procfile = hasTypes || !isWanted ? null : await loadProcfile(named === null ? folder : cwd, named);
  return { config: resolveConfig({ file, flags, cwd, randomSeed, procfile, folder, sessions }), procfile };
}
