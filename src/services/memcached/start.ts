import { messageOf, UserError } from '../../errors.ts';
import { findProgram, gone, HOST, missing, startServer } from '../server.ts';
import type { Care, Service } from '../service.ts';
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
  const { hostname, port } = new URL(url);
  const at = { host: hostname, port: Number(port === '' ? 11211 : port) };
  await ask(at, 'version', /\r\n$/).catch((cause: unknown) => {
    throw new UserError(
      'service-unreachable',
      `the Memcached server at ${at.host}:${at.port} cannot be used: ${messageOf(cause)}`,
      'Start it, or let one be started for the audit: --service memcached',
    );
  });
  return memcachedService({ ...at, own: true, resets });
}

function memcachedService({ own, resets, ...at }: { host: string; port: number; own: boolean; resets: boolean }): Service {
  const telling = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw gone('memcached', { own, cause });
    }
  };
  return {
    name: 'memcached',
    origin: 'your own',
    address: {
      url: `memcached://${at.host}:${at.port}`,
      host: at.host,
      port: String(at.port),
      user: '',
      password: '',
      database: '',
    },
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
