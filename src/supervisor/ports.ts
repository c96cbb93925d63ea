import getPort from 'get-port';

/** Below the range that systems give to outgoing connections, so that none of those can take a port between choice and use. */
const FIRST = 20_000;
const LAST = 31_999;
/** Apps open neighbours of their port, such as PORT + 1 for metrics: those are left free. */
const SPACING = 10;

/** Gives free ports in turn. Harnesses that run at the same time begin at different places. */
export function createPorts(pid: number = process.pid): { next(): Promise<number> } {
  const all = Array.from({ length: (LAST + 1 - FIRST) / SPACING }, (_, index) => FIRST + index * SPACING);
  let cursor = (pid * 61) % all.length;
  return {
    async next() {
      const candidates = [...all.slice(cursor), ...all.slice(0, cursor)];
      cursor = (cursor + 1) % all.length;
      const port = await getPort({ port: candidates });
      const index = all.indexOf(port);
      if (index !== -1) cursor = (index + 1) % all.length;
      return port;
    },
  };
}
