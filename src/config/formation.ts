import { UserError } from '../errors.ts';
import type { App, ProcessType } from '../model/app.ts';
import { milliseconds } from '../model/duration.ts';
import { splitCommand } from './command.ts';
import { DEFAULTS } from './defaults.ts';
import { nearest } from './nearest.ts';
import type { Procfile } from './procfile.ts';
import type { UserConfig } from './schema.ts';

/** Command of the type that serves, in a Procfile and in the config. */
const WEB = 'web';
/** The type that runs once before all others, and ends. */
const RELEASE = 'release';

/** Process types by name, with the program and the arguments of each, in the order in which they are written. */
export type TypeCommands = ReadonlyMap<string, readonly string[]>;

/** The types that a config names (`processes`), else those of a Procfile. */
export function typeCommands({ processes }: UserConfig, procfile: Procfile | null): TypeCommands {
  const named = typeof processes === 'object' ? Object.entries(processes) : [...(procfile?.commands ?? [])];
  return new Map(named.map(([name, command]) => [name, typeof command === 'string' ? splitCommand(command) : command]));
}

/** What stands beside `web`, and what runs before. */
export interface Formation {
  /** Types that are asked nothing. */
  readonly companions: readonly Omit<ProcessType, 'app'>[];
  readonly release: readonly string[] | null;
  /** How many processes of `web`, as said; `null`: nobody has said. */
  readonly web: number | null;
}

/** The types of an app as an audit runs them: every one once, if nothing else is said. Throws a UserError for one that is not there. */
export function formationOf(
  { formation = {}, readyLog = {}, readyDelay = {} }: Pick<UserConfig, 'formation' | 'readyLog' | 'readyDelay'>,
  commands: TypeCommands,
): Formation {
  const known = [...new Set([WEB, ...commands.keys()])];
  const named = { '--formation': formation, '--ready-log': readyLog, '--ready-delay': readyDelay };
  for (const [flag, types] of Object.entries(named))
    for (const name of Object.keys(types)) {
      if (!known.includes(name)) throw unknownType(flag, name, known);
      if (name === WEB && flag !== '--formation') throw servesItself(flag);
    }
  const names = [...commands.keys()].filter((name) => name !== WEB && name !== RELEASE);
  const companions = names.map((name) => ({ name, count: formation[name] ?? 1, port: null })).filter(({ count }) => count > 0);
  const release = formation[RELEASE] === 0 ? null : (commands.get(RELEASE) ?? null);
  return { companions, release, web: formation[WEB] ?? null };
}

function servesItself(flag: string): UserError {
  return new UserError(
    'flag-invalid',
    `${flag}: web is ready when its port opens`,
    'Name a path that answers when it can serve: --ready /ready.',
  );
}

function unknownType(flag: string, name: string, known: readonly string[]): UserError {
  const meant = nearest(name, known);
  return new UserError(
    'process-type-unknown',
    `${flag}: there is no process type ${name}`,
    `${meant === null ? '' : `Did you mean ${meant}? `}Types of this app are ${known.join(', ')}. More are named in a Procfile (${name}: COMMAND), or as processes: { ${name}: 'COMMAND' } in the config.`,
  );
}

/** A type as it is started: like `web`, with its own command, and ready by what it writes, after a time, or as soon as it lives. */
export function appOfType(
  web: App,
  name: string,
  { command, given }: { command: readonly string[]; given: Pick<UserConfig, 'readyLog' | 'readyDelay'> },
): App {
  const delay = given.readyDelay?.[name];
  const readiness = {
    path: null,
    log: given.readyLog?.[name] ?? null,
    delayMs: delay === undefined ? 0 : milliseconds(delay),
    timeoutMs: web.readiness.timeoutMs,
  };
  return { ...web, command, readiness };
}

/** How many processes of `web` stand side by side. Throws a UserError for too few or too many. */
export function webCount(said: number | null, processes: UserConfig['processes']): number {
  const count = said ?? (typeof processes === 'number' ? processes : DEFAULTS.processes);
  if (count >= 2 && count <= 16) return count;
  throw new UserError(
    'flag-invalid',
    `--formation: web=${count} given, but an audit needs from 2 to 16 processes of web`,
    'What one process alone does is played in any case. For example: --formation web=2,worker=1',
  );
}
