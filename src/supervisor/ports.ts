import { once } from 'node:events';
import { createServer } from 'node:net';
import getPort from 'get-port';

/** Below the range that systems give to outgoing connections, so that none of those can take a port between choice and use. */
const FIRST = 20_000;
const LAST = 31_999;
/** Apps open neighbours of their port, such as PORT + 1 for metrics: those are left free. */
const SPACING = 10;
/** The last neighbour is held open by whoever uses the port: so no two harnesses can choose the same one. */
const CLAIM = SPACING - 1;
const PORTS = (LAST + 1 - FIRST) / SPACING;

/** A port that no other harness on this machine will use until it is released. */
export interface ClaimedPort {
  readonly port: number;
  release(): void;
}

/** Gives free ports in turn. Harnesses that run at the same time begin at different places. */
export function createPorts(pid: number = process.pid): { next(): Promise<ClaimedPort> } {
  let cursor = (pid * 61) % PORTS;
  return {
    async next() {
      for (let tries = 0; tries < PORTS; tries++) {
        const port = FIRST + cursor * SPACING;
        cursor = (cursor + 1) % PORTS;
        const release = await claim(port + CLAIM);
        if (release === null) continue;
        if ((await getPort({ port })) === port) return { port, release };
        release();
      }
      throw new Error(`no free port between ${FIRST} and ${LAST}`);
    },
  };
}

/** Holds a port open; `null` if somebody has it. */
async function claim(port: number): Promise<(() => void) | null> {
  const server = createServer((socket) => socket.destroy()).unref();
  try {
    server.listen({ port, host: '127.0.0.1', exclusive: true });
    await once(server, 'listening');
    return () => server.close();
  } catch {
    return null;
  }
}
