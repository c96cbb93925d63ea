import type { RedisClient } from './client.ts';

const SCAN_COUNT = 500;

/** Numbers of the databases that hold something, with how many keys each holds. `only`: the one that counts; `null`: all do. */
export async function databasesOf(client: RedisClient, only: number | null): Promise<{ db: number; keys: number }[]> {
  const info = await client.info('keyspace');
  return [...info.matchAll(/^db(\d+):keys=(\d+)/gm)]
    .map(([, db, keys]) => ({ db: Number(db), keys: Number(keys) }))
    .filter(({ db }) => only === null || db === only);
}

/** Keys of the database that is selected, as bytes, at most so many. Never asks for all of them at once. */
export async function keysOf(client: RedisClient, { most }: { most: number }): Promise<Buffer[]> {
  const found = new Map<string, Buffer>();
  let cursor = '0';
  do {
    const [next, keys] = (await client.scanBuffer(cursor, 'COUNT', SCAN_COUNT)) as [Buffer, Buffer[]];
    for (const key of keys) found.set(key.toString('latin1'), key);
    cursor = next.toString();
  } while (cursor !== '0' && found.size < most);
  return [...found.values()].slice(0, most);
}
