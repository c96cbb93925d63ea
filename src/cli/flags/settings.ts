import { type ConfigFile, loadConfigFile } from '../../config/load.ts';
import type { Procfile } from '../../config/procfile.ts';
import type { UserConfig } from '../../config/schema.ts';
import { randomSeed } from '../../config/seed.ts';
import { settle } from '../../config/settle.ts';
import { type Source, validate } from '../../config/validate.ts';
import type { Config } from '../../model/config.ts';
import { flagOf, readFlags } from './flags.ts';

export interface GivenSettings {
  readonly options: Readonly<Record<string, unknown>>;
  /** The app's command as given after `--`. */
  readonly command: readonly string[];
  readonly configFile: string | null;
  readonly cwd: string;
  /** Whether there must be sessions to play; there must, by default. */
  readonly sessions?: 'needed' | 'optional';
  /** A Procfile; by default the one in the app's folder, if there is one. */
  readonly procfile?: string | null;
}

export interface ReadSettings {
  readonly config: Config;
  readonly flags: UserConfig;
  readonly file: ConfigFile | null;
  /** Read where the command line names no command. */
  readonly procfile: Procfile | null;
}

const COMMAND_LINE: Source = {
  name: 'the command line',
  label: (path) => flagOf(path)?.flag.split(' ')[0] ?? path.join('.'),
  example: (path) => flagOf(path)?.example ?? '-- node server.js',
};

/** The config that flags and file make together. Throws UserErrors for either. */
export async function readSettings({
  options,
  command,
  configFile,
  cwd,
  sessions = 'needed',
  procfile: named = null,
}: GivenSettings): Promise<ReadSettings> {
  const flags = validateFlags(options, command);
  const file = await loadConfigFile(cwd, configFile);
  return { ...(await settle({ file, flags, cwd, randomSeed, sessions, procfile: named })), flags, file };
}

/** The settings that flags and a command after `--` make. Throws a UserError that lists all that are wrong. */
export function validateFlags(options: Readonly<Record<string, unknown>>, command: readonly string[]): UserConfig {
  const settings = readFlags(options);
  return validate(command.length === 0 ? settings : { ...settings, command: oneOrMany(command) }, COMMAND_LINE);
}

/** `-- 'npm start'` is a command with an argument, as it is in a shell. */
function oneOrMany(command: readonly string[]): string | string[] {
  const [only = ''] = command;
  return command.length === 1 && /\s/.test(only) ? only : [...command];
}
