import { resolve } from 'node:path';
import { UserError } from '../errors.ts';
import type { App } from '../model/app.ts';
import type { Config, ReporterChoice } from '../model/config.ts';
import { milliseconds } from '../model/duration.ts';
import { pathMatcher } from '../model/ignore.ts';
import { RULE_IDS } from '../model/rule.ts';
import { splitCommand } from './command.ts';
import { DEFAULTS } from './defaults.ts';
import { parseBudget } from './duration.ts';
import { exploreChoice } from './explore.ts';
import { appOfType, formationOf, typeCommands, webCount } from './formation.ts';
import type { ConfigFile } from './load.ts';
import type { Procfile } from './procfile.ts';
import { splitReporters } from './reporters.ts';
import type { UserConfig } from './schema.ts';
import { parseService } from './services.ts';
import { WELL_KNOWN_PATHS } from './well-known-paths.ts';

export interface Settings {
  readonly file: ConfigFile | null;
  /** What the command line says; beats the file. Paths in it are relative to `cwd`, those in the file to the file's folder. */
  readonly flags: UserConfig;
  readonly cwd: string;
  readonly randomSeed: () => number;
  /** Names process types, for an app that neither does. */
  readonly procfile?: Procfile | null;
  /** The folder that types are started in. */
  readonly folder?: string;
  /** Whether there must be sessions to play; there must, by default. */
  readonly sessions?: 'needed' | 'optional';
}

/** The complete config. Throws a UserError if no app is named. */
export function resolveConfig({
  file,
  flags,
  cwd,
  randomSeed,
  procfile = null,
  folder: home = file?.folder ?? cwd,
  sessions = 'needed',
}: Settings): Config {
  const own = file?.config ?? {};
  const given: UserConfig = { ...own, ...defined(flags) };
  const folder = file?.folder ?? cwd;
  refuseStray(given);
  const seed = given.seed ?? randomSeed();
  const commands = typeCommands(given, procfile);
  // What serves nothing has no `web`: a simulation runs it all the same.
  const [first] = sessions === 'optional' ? commands.values() : [];
  const app = resolveApp({ own, flags, cwd, folder }, { command: commands.get('web') ?? first, folder: home });
  const formation = formationOf(given, commands);
  return {
    app,
    companions: formation.companions.map((type) => ({
      ...type,
      app: appOfType(app, type.name, { command: commands.get(type.name) ?? [], given }),
    })),
    sessions: given.script === true ? [] : resolveSessions({ own, flags, cwd, folder }),
    explore: exploreChoice(given),
    script: given.script ?? false,
    scriptTimeoutMs: milliseconds(given.scriptTimeout ?? DEFAULTS.scriptTimeout),
    results: given.results ?? [],
    variables: texts({ ...own.variables, ...flags.variables }),
    httpEnv: given.httpEnv ?? null,
    origins: (given.origins ?? []).map((origin) => new URL(origin).origin),
    host: given.host ?? null,
    services: (given.services ?? []).flatMap((one) => parseService(one) ?? []),
    prepare: given.prepare === undefined ? formation.release : commandWords(given.prepare),
    lanes: given.lanes ?? null,
    volumes: [
      ...(own.volumes ?? []).map((path) => resolve(folder, path)),
      ...(flags.volumes ?? []).map((path) => resolve(cwd, path)),
    ],
    processes: webCount(formation.web, given.processes),
    seed,
    valueSeed: given.reuseValues === true ? seed : randomSeed(),
    failFast: failFastOf(given),
    budget: parseBudget(given.budget ?? DEFAULTS.budget),
    strength: given.strength ?? DEFAULTS.strength,
    randomTrials: given.randomTrials ?? DEFAULTS.randomTrials,
    rules: RULE_IDS.filter((id) => given.rules?.includes(id) ?? true),
    ignore: {
      paths: [...(own.ignore?.paths ?? []), ...(flags.ignore?.paths ?? [])],
      fields: [...(own.ignore?.fields ?? []), ...(flags.ignore?.fields ?? [])],
      reads: unjudgedReads([...(own.judgePaths ?? []), ...(flags.judgePaths ?? [])]),
    },
    allowUnjudged: [...(own.allowUnjudged ?? []), ...(flags.allowUnjudged ?? [])],
    changedEnv:
      own.changedEnv === undefined && flags.changedEnv === undefined
        ? DEFAULTS.changedEnv
        : texts({ ...own.changedEnv, ...flags.changedEnv }),
    stalenessMs: milliseconds(given.staleness ?? DEFAULTS.staleness),
    sessionTtlMs: given.sessionTtl === undefined ? null : milliseconds(given.sessionTtl),
    stepTimeoutMs: milliseconds(given.stepTimeout ?? DEFAULTS.stepTimeout),
    output:
      flags.output === undefined && own.output !== undefined
        ? resolve(folder, own.output)
        : resolve(cwd, flags.output ?? DEFAULTS.output),
    reporters: resolveReporters(given.reporters, flags.reporters === undefined ? folder : cwd),
    showValues: given.showValues ?? false,
    strict: given.strict ?? DEFAULTS.strict,
    baseline: given.baseline === undefined ? null : resolve(flags.baseline === undefined ? folder : cwd, given.baseline),
  };
}

/** The reporters chosen, or the default; files are relative to `folder`. */
export function resolveReporters(chosen: readonly string[] = DEFAULTS.reporters, folder: string): ReporterChoice[] {
  return chosen.flatMap(splitReporters).map(({ name, file }) => ({ name, file: file === null ? null : resolve(folder, file) }));
}

/** Both sources, and the folders that their paths are relative to. */
interface Sources {
  readonly own: UserConfig;
  readonly flags: UserConfig;
  readonly cwd: string;
  readonly folder: string;
}

/** The command that settings name, by either of its two keys. */
export function commandOf({ app, command }: UserConfig): UserConfig['command'] {
  return app?.command ?? command;
}

function resolveApp(
  { own, flags, cwd, folder }: Sources,
  web: { readonly command: readonly string[] | undefined; readonly folder: string },
): App {
  const fromFlags = commandOf(flags);
  const named = fromFlags ?? commandOf(own);
  const command = named ?? web.command;
  if (command === undefined)
    throw new UserError(
      'no-command',
      'there is no app to start',
      'Put its command after --, as in: share-nothing check --session visit.http -- node server.js. Or name it in a Procfile: web: node server.js',
    );
  const ready = { ...own.app?.ready, ...defined(flags.app?.ready ?? {}) };
  const home = named === undefined ? web.folder : fromFlags === undefined ? folder : cwd;
  return {
    command: commandWords(command),
    cwd:
      flags.app?.cwd === undefined
        ? resolve(own.app?.cwd === undefined ? home : resolve(folder, own.app.cwd))
        : resolve(cwd, flags.app.cwd),
    env: texts({ ...own.app?.env, ...flags.app?.env }),
    readiness: { path: ready.path ?? null, timeoutMs: milliseconds(ready.timeout ?? DEFAULTS.readyTimeout) },
    stopGraceMs: milliseconds(flags.app?.stopGrace ?? own.app?.stopGrace ?? DEFAULTS.stopGrace),
  };
}

/** Program and arguments of a command. */
function commandWords(command: string | readonly string[]): readonly string[] {
  return typeof command === 'string' ? splitCommand(command) : command;
}

function resolveSessions({ own, flags, cwd, folder }: Sources): string[] {
  const sessions = [flags.sessions ?? own.sessions ?? []].flat();
  return sessions.map((file) => resolve(flags.sessions === undefined ? folder : cwd, file));
}

/** The well-known paths that are left out, without those that the user wants judged. */
function unjudgedReads(wanted: readonly string[]): string[] {
  const unknown = wanted.find((pattern) => !WELL_KNOWN_PATHS.some(pathMatcher([pattern])));
  if (unknown !== undefined)
    throw new UserError(
      'path-not-left-out',
      `--judge-path ${unknown}: no such path is left out by default`,
      `Left out are reads of ${WELL_KNOWN_PATHS.join(', ')}; whatever else a session asks for is judged.`,
    );
  const isWanted = pathMatcher(wanted);
  return WELL_KNOWN_PATHS.filter((path) => !isWanted(path));
}

function texts(record: Readonly<Record<string, string | number | boolean>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, String(value)]));
}

function defined<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}

/** A script is named as one, and its results are those of one. */
function refuseStray(given: UserConfig): void {
  if (given.script === true && commandOf(given) === undefined)
    throw new UserError(
      'no-command',
      'there is no script to run',
      'Put it after --, as in: share-nothing check --script -- python3 my_script.py',
    );
  if (given.script !== true && given.results !== undefined)
    throw new UserError(
      'flag-invalid',
      '--result names what a script makes, and no script is audited',
      'Add --script, or leave it out: what a web app does is seen by its session.',
    );
}

/** With known findings, the first one says nothing: it may be one of them. */
function failFastOf({ failFast = false, baseline }: UserConfig): boolean {
  if (failFast && baseline !== undefined)
    throw new UserError(
      'fail-fast-baseline',
      '--fail-fast ends at the first violation, which may be one that the baseline knows',
      'Use one of both: --fail-fast while you mend, --baseline in CI.',
    );
  return failFast;
}
