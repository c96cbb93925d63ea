import { randomUUID } from 'node:crypto';
import { accessSync, chownSync, constants, mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import getPort from 'get-port';
import { messageOf, UserError } from '../errors.ts';
import { SERVICE_TITLES, type ServiceName } from '../model/service.ts';
import type { Care } from './service.ts';

/** Services listen here and nowhere else. */
export const HOST = '127.0.0.1';
const START_MS = 30_000;
const PAUSE_MS = 20;
/** Lines of a server that are shown where it does not start. */
const LAST_LINES = 5;

/** A server that was started, with a folder of its own. */
export interface Server {
  readonly port: number;
  readonly folder: string;
  /** Ends it, and removes its folder. */
  stop(): Promise<void>;
}

/** A program, as a path, and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

export interface ServerOptions {
  readonly name: ServiceName;
  readonly care: Care;
  /** Whom it runs as, where it refuses to be run by root; `null`: ourselves. */
  readonly as?: { readonly uid: number; readonly gid: number } | null;
  /** Fills the folder before the server is started in it. */
  readonly prepare?: (folder: string, run: (command: Command) => Promise<void>) => Promise<void>;
  readonly command: (at: { readonly port: number; readonly folder: string }) => Command;
  /** Resolves once the server answers, rejects while it does not yet. */
  readonly answers: (at: { readonly port: number; readonly folder: string }) => Promise<void>;
}

/**
 * Starts a server on a free loopback port, its data in a new folder, and waits until it answers. Throws a UserError with what it said last
 * if it does not; nothing is left then.
 */
export async function startServer({ name, care, as = null, prepare, command, answers }: ServerOptions): Promise<Server> {
  const folder = join(tmpdir(), `share-nothing-${name}-${randomUUID().slice(0, 8)}`);
  // Told of before it is there, so that nobody can end us in between; and once more, as it can be marked as ours now.
  care.keep(folder);
  mkdirSync(folder, { mode: 0o700 });
  care.keep(folder);
  if (as !== null) chownSync(folder, as.uid, as.gid);
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await prepare?.(folder, async (one) => {
      const { child, release } = launch(one, { care, folder, as });
      const { failed, all, shortMessage } = await child;
      release();
      if (failed) throw new Error(lastLines(all) || shortMessage);
    });
  } catch (error) {
    await remove();
    throw notStarted(name, messageOf(error));
  }
  const at = { port: await getPort({ host: HOST }), folder };
  const { child, release } = launch(command(at), { care, folder, as });
  const ended = child.then(({ all, exitCode, shortMessage, originalMessage }) => {
    const how = exitCode === undefined ? (originalMessage ?? shortMessage ?? 'it ended') : `it ended with code ${exitCode}`;
    throw notStarted(name, lastLines(all) || how);
  });
  ended.catch(() => {});
  const stop = async () => {
    child.kill('SIGKILL');
    await child;
    release();
    await remove();
  };
  try {
    await Promise.race([waitFor(() => answers(at)), ended]);
  } catch (error) {
    await stop();
    throw error instanceof UserError ? error : notStarted(name, messageOf(error));
  }
  return { ...at, stop };
}

/** Starts a program in a process group of its own, which no Ctrl-C reaches before the app's processes have ended. */
function launch(command: Command, { care, folder, as }: { care: Care; folder: string; as: ServerOptions['as'] }) {
  // It waits for a word from us, which comes once it is in good hands: without one it ends.
  const waiting = ['-c', 'read -r go && exec "$@" </dev/null', 'sh', ...command];
  const child = execa('/bin/sh', waiting, {
    reject: false,
    cwd: folder,
    detached: true,
    all: true,
    stdin: 'pipe',
    maxBuffer: 1_000_000,
    ...(as ?? {}),
  });
  const { pid } = child;
  if (pid !== undefined) care.guard(pid);
  // Whoever waits for it is told that it has ended.
  child.stdin.on('error', () => {});
  child.stdin.end('go\n');
  return { child, release: () => pid !== undefined && care.release(pid) };
}

function lastLines(text = ''): string {
  return text.trim().split('\n').slice(-LAST_LINES).join('\n');
}

/** Tries again and again; rejects with the last failure when it has taken too long. */
async function waitFor(answers: () => Promise<void>): Promise<void> {
  const until = performance.now() + START_MS;
  for (;;) {
    try {
      await answers();
      return;
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

/** The first of these programs that is on PATH, or in one of the other folders, as a path; `null`: none is. */
export function findProgram(names: readonly string[], folders: readonly string[] = []): string | null {
  const places = [...(process.env.PATH ?? '').split(delimiter), ...folders].filter((folder) => folder !== '');
  const paths = names.flatMap((name) => places.map((folder) => join(folder, name)));
  return paths.find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The error for a service that nothing on this machine can be started for. */
export function missing(name: ServiceName, programs: readonly string[], install: string): UserError {
  const [one = '', ...others] = programs;
  const none = others.length === 0 ? `${one} is not on PATH` : `neither ${one} nor ${others.join(' nor ')} is on PATH`;
  return new UserError(
    'service-missing',
    `there is no program for --service ${name}: ${none}`,
    `Install it: ${install}. Or start ${SERVICE_TITLES[name]} yourself, and name it: --service ${name}:URL`,
  );
}

function notStarted(name: ServiceName, why: string): UserError {
  return new UserError(
    'service-not-started',
    `the ${SERVICE_TITLES[name]} server for the audit did not start: ${why}`,
    `Start it by hand to see why, or start one yourself and name it: --service ${name}:URL`,
  );
}
