import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadEnvFiles } from '../../../config/env-file.ts';
import { appOfType, typeCommands } from '../../../config/formation.ts';
import { commandOf } from '../../../config/resolve.ts';
import { UserError } from '../../../errors.ts';
import type { ProcessType } from '../../../model/app.ts';
import type { Config } from '../../../model/config.ts';
import { DURATION, milliseconds } from '../../../model/duration.ts';
import { type LiveSettings, MAX_PROCESSES, type PolicyName, type Replacement } from '../../../model/live.ts';
import { portOf } from '../../flags/port.ts';
import { readSettings } from '../../flags/settings.ts';

/** What `up` is to run, complete. */
export interface UpSettings {
  readonly config: Config;
  readonly types: readonly ProcessType[];
  readonly live: LiveSettings;
  readonly restart: boolean;
  /** Absolute paths that are watched; `null`: none. */
  readonly watch: readonly string[] | null;
  /** Port of the dashboard; `null`: there is none. */
  readonly dashboard: number | null;
  /** Whether each process has a file of what it writes. */
  readonly logs: boolean;
}

/** Where visitors ask if nothing else is said, as with foreman. */
const USUAL_PORT = 5000;

/** What flags, config file, Procfile and `.env` make together. Throws UserErrors for each of them. */
export async function readUpSettings(
  command: readonly string[],
  options: Readonly<Record<string, unknown>>,
  cwd: string,
): Promise<UpSettings> {
  const configFile = typeof options.config === 'string' ? options.config : null;
  const named = typeof options.procfile === 'string' ? options.procfile : null;
  const { config, flags, file, procfile } = await readSettings({
    options,
    command,
    configFile,
    cwd,
    sessions: 'optional',
    procfile: named,
  });
  const envFiles = list(options.dotenv);
  const fromFile = await loadEnvFiles(envFiles.length === 0 ? config.app.cwd : cwd, envFiles);
  const { PORT: usual, ...env } = fromFile;
  const app = { ...config.app, env: { ...env, ...config.app.env } };
  const commands = new Map(typeCommands({ ...file?.config }, procfile));
  const own = commandOf(flags) ?? commandOf(file?.config ?? {});
  if (own !== undefined || commands.size === 0) commands.set('web', app.command);

  const known = [...commands.keys()];
  const only = list(options.only).flatMap((text) => text.split(','));
  const scale = counts(options.scale);
  const ports = portsOf(options.port, usual);
  for (const name of [...only, ...scale.keys(), ...ports.keys()])
    if (!known.includes(name))
      throw new UserError(
        'process-type-unknown',
        `there is no process type ${name}`,
        `Types of this app are ${known.join(', ')}, as named ${procfile === null ? 'by its command' : `in ${procfile.path}`}.`,
      );
  const types = known
    .filter((name) => only.length === 0 || only.includes(name))
    .map((name) => ({
      name,
      app: appOf(name),
      count: scale.get(name) ?? (name === 'web' ? config.processes : 1),
      port: ports.get(name) ?? null,
    }));
  const every = options.restartEvery;
  return {
    config: { ...config, app },
    types,
    live: {
      policy: options.policy as PolicyName,
      replaceEvery: every === undefined ? null : { ms: durationOf(every), how: options.restartMode as Replacement },
      mirror: options.mirror !== false,
    },
    restart: options.restart !== false,
    watch: watched(options.watch),
    dashboard: options.dashboard === false ? null : portOf('--dashboard-port', options.dashboardPort ?? 0),
    logs: options.logs !== false,
  };

  /** One that serves is ready by its port, one that does not by what is said of it. */
  function appOf(name: string) {
    const given = { command: commands.get(name) ?? [], given: { ...file?.config, ...flags } };
    return ports.has(name) ? { ...app, command: given.command } : appOfType(app, name, given);
  }

  /** `--watch` alone means the app's folder. */
  function watched(given: unknown): string[] | null {
    if (given === undefined) return null;
    return given === true ? [app.cwd] : list(given).map((path) => watchable(resolve(cwd, path)));
  }

  /** Ports of routers, by type: `8080`, `web=8080`. */
  function portsOf(given: unknown, fromEnv: string | undefined): Map<string, number> {
    const words = list(given).flatMap((text) => text.split(','));
    const ports = new Map<string, number>();
    for (const word of words) {
      const [name, number] = word.includes('=') ? (word.split(/=(.*)/s) as [string, string]) : ['web', word];
      ports.set(name, portOf('--port', number));
    }
    if (commands.has('web') && !ports.has('web'))
      ports.set('web', fromEnv === undefined ? USUAL_PORT : portOf('PORT in .env', fromEnv));
    return ports;
  }
}

function list(given: unknown): string[] {
  return given === undefined ? [] : (given as string[]);
}

/** `web=4,worker=2`, or several of them. */
function counts(given: unknown): Map<string, number> {
  return new Map(
    list(given)
      .flatMap((text) => text.split(','))
      .map((word) => {
        const [, name, count] = /^([\w-]+)=(\d{1,3})$/.exec(word) ?? [];
        if (name !== undefined && Number(count) <= MAX_PROCESSES) return [name, Number(count)] as const;
        throw new UserError(
          'flag-invalid',
          `--scale: "${word}" given, but it must be a process type, = and a number up to ${MAX_PROCESSES}`,
          'For example: --scale web=4,worker=2',
        );
      }),
  );
}

function watchable(path: string): string {
  if (existsSync(path)) return path;
  throw new UserError(
    'watch-missing',
    `there is nothing to watch at ${path}`,
    'Check the path given with --watch; the command goes after --.',
  );
}

function durationOf(given: unknown): number {
  const text = String(given);
  const ms = DURATION.test(text) ? milliseconds(text) : 0;
  if (ms >= 100) return ms;
  throw new UserError(
    'flag-invalid',
    `--restart-every: "${text}" given, but it must be a time of at least 100ms`,
    'For example: --restart-every 10s',
  );
}
