import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { execa } from 'execa';
import { branded } from '../brand.ts';
import type { Exit, Launch, Launched } from './host.ts';

/** Starts a program on this machine, as the leader of a process group of its own. */
export function spawn(launch: Launch): Launched {
  const { brand, cwd, env, input, onOutput, onError = onOutput } = launch;
  const failure = brand === undefined ? null : whyNotStarted(launch);
  if (failure !== null) return notStarted(failure);
  const [program = '', ...args] = brand === undefined ? launch.command : branded(brand, launch.command);
  const stdin = input === undefined ? 'ignore' : { file: input };
  const child = execa(program, args, { cwd, env, detached: true, cleanup: false, stdin, buffer: false, reject: false });
  const drained = child.then(() => {});
  if (child.pid === undefined) {
    const exited = child.then((result): Exit => ({ code: null, signal: null, cause: result.cause ?? result }));
    return { pid: null, exited, drained };
  }
  child.stdout.on('data', onOutput);
  child.stderr.on('data', onError);
  for (const stream of [child.stdout, child.stderr]) {
    // A pipe that breaks with the death of its writer says nothing new.
    stream.on('error', () => {});
  }
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal, cause: null }));
  });
  return { pid: child.pid, exited, drained };
}

/** Why a program cannot be started, as the system would say it (ENOENT, EACCES); `null` if it can. For programs that another one starts. */
export function whyNotStarted({ command: [program = ''], cwd, env }: Launch): NodeJS.ErrnoException | null {
  const folders = program.includes('/') ? [cwd] : (env.PATH ?? process.env.PATH ?? '').split(delimiter);
  let reason = 'ENOENT';
  for (const folder of folders) {
    const file = program.includes('/') ? resolve(folder, program) : join(folder, program);
    try {
      if (!statSync(file).isFile()) {
        reason = 'EACCES';
        continue;
      }
      accessSync(file, constants.X_OK);
      return null;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EACCES') reason = 'EACCES';
    }
  }
  return Object.assign(new Error(`spawn ${program} ${reason}`), { code: reason });
}

/** What a program that could not be started looks like. */
export function notStarted(cause: unknown): Launched {
  return { pid: null, exited: Promise.resolve({ code: null, signal: null, cause }), drained: Promise.resolve() };
}
