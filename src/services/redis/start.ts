import { messageOf, type UserError } from '../../errors.ts';
import { packaged } from '../../packaged.ts';
import { addressOf, unreachable, whileThere } from '../reach.ts';
import { findProgram, HOST, startServer } from '../server.ts';
import type { Care, Service } from '../service.ts';
import { connectTo, type RedisClient } from './client.ts';
import { lookAt } from './look.ts';
import { restoreAll, type Saved, saveAll } from './saved.ts';

const PROGRAMS: readonly string[] = ['redis-server', 'valkey-server'];
/** Built by `npm run embedded`. */
const EMBEDDED = packaged('dist/services/embedded/redis-server.mjs');

/**
 * A Redis server with nothing in it, on a free loopback port, its data in a folder of its own: the first that is on PATH, or else the one that
 * comes along. Throws a UserError if it does not start.
 */
export async function startRedis(care: Care): Promise<Service> {
  const program = findProgram(PROGRAMS);
  const server = await startServer({
    name: 'redis',
    care,
    command: ({ port, folder }) =>
      program === null
        ? [process.execPath, EMBEDDED, String(port)]
        : [program, '--port', String(port), '--bind', HOST, '--save', '', '--appendonly', 'no', '--dir', folder],
    answers: async ({ port }) => {
      const client = await connectTo(`redis://${HOST}:${port}`, { retries: 0 });
      await client.ping().finally(() => client.disconnect());
    },
  });
  const client = await connectTo(`redis://${HOST}:${server.port}`, { retries: 3 }).catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  const service = redisService(client, { url: `redis://${HOST}:${server.port}`, own: false, resets: true });
  return {
    ...service,
    origin: program ?? 'the embedded Redis',
    async stop() {
      await service.stop();
      await server.stop();
    },
  };
}

/** The user's own Redis. Nothing in it is changed unless it `resets`. Throws a UserError if it cannot be reached. */
export async function attachRedis(url: string, { resets }: { resets: boolean }): Promise<Service> {
  const client = await connectTo(url, { retries: 0 }).catch((cause: unknown) => {
    throw cannotUse(url, cause);
  });
  await client.ping().catch((cause: unknown) => {
    client.disconnect();
    throw cannotUse(url, cause);
  });
  if (/^cluster_enabled:1/m.test(await client.info('cluster'))) {
    client.disconnect();
    throw cannotUse(url, new Error('it is part of a cluster'));
  }
  return redisService(client, { url, own: true, resets });
}

function redisService(client: RedisClient, { url, own, resets }: { url: string; own: boolean; resets: boolean }): Service {
  let saved: Saved = [];
  const address = addressOf(url, { port: 6379, database: '0' });
  const only = own ? Number(address.database) : null;
  const telling = whileThere('redis', { own });
  return {
    name: 'redis',
    origin: 'your own',
    address,
    resets,
    snapshot: () =>
      telling(async () => {
        if (resets) saved = await saveAll(client, only);
      }),
    reset: () =>
      telling(async () => {
        if (!resets) return;
        // Whoever lets us empty one database has not spoken of the others.
        if (only === null) await client.flushall();
        else {
          await client.select(only);
          await client.flushdb();
        }
        await restoreAll(client, saved);
      }),
    look: () => telling(() => lookAt(client, only)),
    stop: async () => client.disconnect(),
  };
}

function cannotUse(url: string, cause: unknown): UserError {
  const why = messageOf(cause);
  const hint = /auth|password/i.test(why)
    ? 'Put the right ones into its URL, before the host and an @.'
    : /moved|cluster/i.test(why)
      ? 'Clusters are not looked into: give the app its address with --env, and leave --service out.'
      : 'Start it, or let one be started for the audit: --service redis';
  return unreachable('redis', url, { why, hint });
}
