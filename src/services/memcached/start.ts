import { messageOf } from '../../errors.ts';
import { addressOf, unreachable, whileThere } from '../reach.ts';
import { findProgram, HOST, missing, startServer } from '../server.ts';
import type { Address, Care, Service } from '../service.ts';
import { lookAt } from './look.ts';
import { ask } from './protocol.ts';

const PROGRAMS = ['memcached'];
/** Where Debian and Homebrew put it, should that not be on PATH. */
const FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin'];

/** A Memcached with nothing in it, on a free loopback port. Throws a UserError if there is no program for it, or it does not start. */
export async function startMemcached(care: Care): Promise<Service> {
  const program = findProgram(PROGRAMS, FOLDERS);
  if (program === null) throw missing('memcached', PROGRAMS, 'apt-get install memcached, or brew install memcached');
  const root = process.getuid?.() === 0 ? ['-u', 'root'] : [];
  const server = await startServer({
    name: 'memcached',
    care,
    command: ({ port }) => [program, '-l', HOST, '-p', String(port), '-U', '0', ...root],
    answers: async ({ port }) => {
      await ask({ host: HOST, port }, 'version', /\r\n$/);
    },
  });
  const service = memcachedService({ host: HOST, port: server.port, own: false, resets: true });
  return { ...service, origin: program, stop: server.stop };
}

/** The user's own Memcached. Nothing in it is changed unless it `resets`. Throws a UserError if it cannot be reached. */
export async function attachMemcached(url: string, { resets }: { resets: boolean }): Promise<Service> {
  const address = addressOf(url, { port: 11211 });
  await ask(placeOf(address), 'version', /\r\n$/).catch((cause: unknown) => {
    const hint = 'Start it, or let one be started for the audit: --service memcached';
    throw unreachable('memcached', urlOf(address), { why: messageOf(cause), hint });
  });
  return memcachedService({ ...placeOf(address), own: true, resets });
}

function placeOf({ host, port }: Address): { host: string; port: number } {
  return { host, port: Number(port) };
}

function urlOf({ host, port }: { readonly host: string; readonly port: string | number }): string {
  return `memcached://${host}:${port}`;
}

function memcachedService({ own, resets, ...at }: { host: string; port: number; own: boolean; resets: boolean }): Service {
  const telling = whileThere('memcached', { own });
  return {
    name: 'memcached',
    origin: 'your own',
    address: addressOf(urlOf(at), { port: at.port }),
    resets,
    // What is cached may be gone at any time: every trial begins without.
    snapshot: async () => {},
    reset: () =>
      telling(async () => {
        if (resets) await ask(at, 'flush_all', /\r\n$/);
      }),
    look: () => telling(() => lookAt(at)),
    stop: async () => {},
  };
}
