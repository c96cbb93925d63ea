import type { Redis } from 'ioredis';

const COMMAND_MS = 10_000;
const CONNECT_MS = 5_000;
const RETRY_MS = 50;

export type RedisClient = Redis;

/** Connects to a Redis, whose library is loaded only now. Rejects with what was wrong. */
export async function connectTo(url: string, { retries }: { retries: number }): Promise<RedisClient> {
  const { Redis: Client } = await import('ioredis');
  let why: unknown = null;
  const client = new Client(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    commandTimeout: COMMAND_MS,
    maxRetriesPerRequest: retries,
    retryStrategy: (times) => (times > retries ? null : RETRY_MS),
  });
  // What goes wrong is told by the command that fails of it.
  client.on('error', (error) => {
    why = error;
  });
  try {
    await client.connect();
    return client;
  } catch (error) {
    client.disconnect();
    throw why ?? error;
  }
}
