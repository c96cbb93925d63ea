import type { RedisClient } from './client.ts';
import { databasesOf, keysOf } from './databases.ts';

/** What was in a Redis, as the commands that put it back. */
export type Saved = readonly {
  readonly db: number;
  readonly commands: readonly (readonly [name: string, ...args: (Buffer | string)[]])[];
}[];
type Command = Saved[number]['commands'][number];

/** Everything that is in it, or `only` in one of its databases, with what is left of each key's life. */
export async function saveAll(client: RedisClient, only: number | null): Promise<Saved> {
  const saved = [];
  for (const { db, keys: count } of await databasesOf(client, only)) {
    await client.select(db);
    const keys = await keysOf(client, { most: count + 1000 });
    saved.push({ db, commands: (await Promise.all(keys.map((key) => commandsFor(client, key)))).flat() });
  }
  return saved;
}

/** Puts back what was saved, into an empty Redis. */
export async function restoreAll(client: RedisClient, saved: Saved): Promise<void> {
  for (const { db, commands } of saved) {
    await client.select(db);
    const results = await client.pipeline(commands.map(([name, ...args]) => [name, ...args])).exec();
    const failed = results?.find(([error]) => error !== null)?.[0];
    if (failed) throw failed;
  }
}

async function commandsFor(client: RedisClient, key: Buffer): Promise<Command[]> {
  const ttl = await client.pttl(key);
  const dump = await client.dumpBuffer(key).catch(() => null);
  if (dump !== null) return [['restore', key, String(Math.max(0, ttl)), dump]];
  const made = await commandFor(client, key, await client.type(key));
  return ttl >= 0 && made.length > 0 ? [...made, ['pexpire', key, String(ttl)]] : made;
}

/** For a server that cannot dump: the command that makes the value anew. */
async function commandFor(client: RedisClient, key: Buffer, type: string): Promise<Command[]> {
  switch (type) {
    case 'string':
      return [['set', key, (await client.getBuffer(key)) ?? Buffer.alloc(0)]];
    case 'hash':
      return [['hset', key, ...flat(await client.hgetallBuffer(key))]];
    case 'list':
      return [['rpush', key, ...(await client.lrangeBuffer(key, 0, -1))]];
    case 'set':
      return [['sadd', key, ...(await client.smembersBuffer(key))]];
    case 'zset': {
      const members = await client.zrangeBuffer(key, '0', '-1', 'WITHSCORES');
      const pairs = members.flatMap((member, at) => (at % 2 === 0 ? [members[at + 1] ?? '0', member] : []));
      return [['zadd', key, ...pairs]];
    }
    case 'stream':
      return (await client.xrangeBuffer(key, '-', '+')).map(([id, fields]): Command => ['xadd', key, id, ...fields]);
    default:
      return [];
  }
}

function flat(hash: Readonly<Record<string, Buffer>>): (Buffer | string)[] {
  return Object.entries(hash).flat();
}
