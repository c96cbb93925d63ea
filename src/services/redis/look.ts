import { createHash } from 'node:crypto';
import type { Expiry } from '../../model/stores.ts';
import { expiryByFields, NEVER } from '../expiry.ts';
import { type Look, MAX_ENTRIES, MAX_TEXT, type StoreEntry } from '../service.ts';
import type { RedisClient } from './client.ts';
import { databasesOf, keysOf } from './databases.ts';

/** What is larger is not read. */
const MAX_BYTES = 1024 * 1024;
/** Members read of a list, a set, a hash, a sorted set or a stream. */
const MAX_MEMBERS = 100;
const MAX_RANGE = 64 * 1024;

/** What is in all databases, or `only` in one. One that holds more than `MAX_ENTRIES` keys is not listed. */
export async function lookAt(client: RedisClient, only: number | null): Promise<Look> {
  const entries = new Map<string, StoreEntry>();
  const databases = await databasesOf(client, only);
  let truncated = false;
  for (const { db, keys: count } of databases) {
    if (entries.size + count > MAX_ENTRIES) {
      truncated = true;
      continue;
    }
    await client.select(db);
    const keys = await keysOf(client, { most: MAX_ENTRIES });
    const looked = await Promise.all(keys.map((key) => entryAt(client, key)));
    for (const [index, entry] of looked.entries()) {
      const key = readable(keys[index] ?? Buffer.alloc(0));
      if (entry !== null) entries.set(db === (only ?? 0) ? key : `${db}/${key}`, entry);
    }
  }
  // What was put in and taken out meanwhile leaves no key.
  const changes = /^rdb_changes_since_last_save:(\d+)/m.exec(await client.info('persistence'))?.[1];
  return { entries, truncated, written: changes === undefined ? null : Number(changes) };
}

/** `null`: it is gone meanwhile. */
async function entryAt(client: RedisClient, key: Buffer): Promise<StoreEntry | null> {
  const [type, ttl] = await Promise.all([client.type(key), client.pttl(key)]);
  if (type === 'none') return null;
  const { text, bytes, size } = (await largeValue(client, key, type)) ?? (await valueAt(client, key, type));
  const expiry: Expiry =
    ttl >= 0 ? { kind: 'in', ms: ttl } : type === 'string' || type === 'hash' ? expiryByFields(fieldsOf(text)) : NEVER;
  return {
    type,
    text: text.slice(0, MAX_TEXT),
    bytes,
    digest: createHash('sha256').update(`${type} ${size} ${text}`).digest('hex'),
    expiry,
  };
}

interface Value {
  readonly text: string;
  readonly bytes: number;
  /** Length or number of members. */
  readonly size: number;
}

/** What holds more than `MAX_BYTES`, by its size alone; `null`: it holds less, is a text, or the server cannot tell. */
async function largeValue(client: RedisClient, key: Buffer, type: string): Promise<Value | null> {
  if (type === 'string') return null;
  const bytes = await client.memory('USAGE', key).catch(() => null);
  return bytes !== null && bytes > MAX_BYTES ? { text: '', bytes, size: bytes } : null;
}

async function valueAt(client: RedisClient, key: Buffer, type: string): Promise<Value> {
  const of = (text: string, size: number): Value => ({ text, size, bytes: type === 'string' ? size : Buffer.byteLength(text) });
  const several = (members: readonly Buffer[], size: number) => of(members.map(readable).join('\n'), size);
  switch (type) {
    case 'string': {
      const size = await client.strlen(key);
      return of(readable(await client.getrangeBuffer(key, 0, MAX_RANGE)), size);
    }
    case 'hash': {
      const [size, [, pairs]] = await Promise.all([client.hlen(key), client.hscanBuffer(key, 0, 'COUNT', MAX_MEMBERS)]);
      const fields: [string, string][] = [];
      for (let at = 0; at + 1 < pairs.length && at < 2 * MAX_MEMBERS; at += 2)
        fields.push([readable(pairs[at] ?? EMPTY), readable(pairs[at + 1] ?? EMPTY)]);
      return of(JSON.stringify(Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)))), size);
    }
    case 'list': {
      const [size, members] = await Promise.all([client.llen(key), client.lrangeBuffer(key, 0, MAX_MEMBERS)]);
      return several(members, size);
    }
    case 'set': {
      const [size, [, members]] = await Promise.all([client.scard(key), client.sscanBuffer(key, 0, 'COUNT', MAX_MEMBERS)]);
      return several(
        [...members].sort((a, b) => a.compare(b)),
        size,
      );
    }
    case 'zset': {
      const [size, members] = await Promise.all([
        client.zcard(key),
        client.zrangeBuffer(key, '0', String(MAX_MEMBERS), 'WITHSCORES'),
      ]);
      return several(members, size);
    }
    case 'stream': {
      const [size, last] = await Promise.all([client.xlen(key), client.xrevrange(key, '+', '-', 'COUNT', 20)]);
      return of(JSON.stringify(last), size);
    }
    default:
      return of('', 0);
  }
}

const EMPTY = Buffer.alloc(0);

/** Text where it is text, else bytes in hexadecimal. */
function readable(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.includes('\uFFFD') && !bytes.equals(Buffer.from(text)) ? `0x${bytes.toString('hex')}` : text;
}

/** The fields of a text that is a JSON object; none of another. */
function fieldsOf(text: string): Record<string, unknown> {
  if (!text.startsWith('{')) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
