import { once } from 'node:events';
import type { Socket } from 'node:net';
import { UserError } from '../errors.ts';
import { connectTo } from '../router/upstream.ts';
import type { Process } from '../supervisor/process.ts';
import { isAlive } from '../supervisor/stop.ts';
import { holdBack } from '../supervisor/workers.ts';

const TRIES_PER_WORKER = 6;

/**
 * A connection to one of the workers that a process consists of. Which of them accepts is chance; so connections are opened, without
 * anything being sent, until the right one has. In every other try the others are stopped for that moment.
 */
export async function connectToWorker(
  process: Process,
  { place, pids }: { readonly place: number; readonly pids: readonly number[] },
): Promise<Socket> {
  const wanted = pids[place];
  const others = pids.filter((pid) => pid !== wanted);
  const wrong: Socket[] = [];
  const { hostname, port } = new URL(process.origin);
  try {
    for (let tries = 0; tries < TRIES_PER_WORKER * pids.length && isAlive(wanted); tries++) {
      const letGo = tries % 2 === 0 ? () => {} : holdBack(others);
      try {
        const socket = connectTo(hostname.replace(/[[\]]/g, ''), Number(port));
        socket.on('error', () => {});
        await once(socket, 'connect');
        if ((await process.ownerOf(socket.localPort ?? 0)) === wanted) return socket;
        // Kept open meanwhile: a worker that waits for a request cannot accept the next connection as well.
        wrong.push(socket);
      } catch {
        // Refused, or broken off: the next try tells.
      } finally {
        letGo();
      }
    }
  } finally {
    for (const socket of wrong) socket.destroy();
  }
  throw new UserError(
    'worker-unreachable',
    `worker ${place + 1} of ${process.name} could not be made to answer`,
    'Run the app with one worker: that is what the router multiplies.',
  );
}
