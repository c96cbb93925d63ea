import { execa } from 'execa';
import type { Exit, Host } from './host.ts';

/** Processes of this machine that share its disk. */
export const plain: Host = {
  name: 'plain',
  launch({ command: [program = '', ...args], cwd, env, onOutput }) {
    const child = execa(program, args, { cwd, env, detached: true, cleanup: false, stdin: 'ignore', buffer: false, reject: false });
    const drained = child.then(() => {});
    if (child.pid === undefined) {
      const exited = child.then((result): Exit => ({ code: null, signal: null, cause: result.cause ?? result }));
      return { pid: null, exited, drained };
    }
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', onOutput);
      // A pipe that breaks with the death of its writer says nothing new.
      stream.on('error', () => {});
    }
    const exited = new Promise<Exit>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal, cause: null }));
    });
    return { pid: child.pid, exited, drained };
  },
};
