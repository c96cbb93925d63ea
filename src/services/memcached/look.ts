import { createHash } from 'node:crypto';
import { type Look, MAX_ENTRIES, MAX_TEXT, type StoreEntry } from '../service.ts';
import { ask } from './protocol.ts';

const KEYS_AT_ONCE = 50;

interface Item {
  readonly key: string;
  /** Unix time in seconds; -1: never. */
  readonly until: number;
}

/** What is in a Memcached, by its metadump; a server that has none (before 1.4.31) is not looked into. */
export async function lookAt(at: { host: string; port: number }): Promise<Look> {
  const dump = await ask(at, 'lru_crawler metadump all', /(?:^|\n)END\r\n$/).catch((error: Error) => {
    if (/ERROR|BUSY/.test(error.message)) return null;
    throw error;
  });
  const sets = /^STAT cmd_set (\d+)/m.exec(await ask(at, 'stats', /(?:^|\n)END\r\n$/))?.[1];
  const written = sets === undefined ? null : Number(sets);
  if (dump === null) return { entries: new Map(), truncated: true, written };
  const items = dump.split('\n').flatMap((line): Item[] => {
    const [, key, until] = /^key=(\S+) exp=(-?\d+)/.exec(line) ?? [];
    return key === undefined ? [] : [{ key: decoded(key), until: Number(until) }];
  });
  const entries = new Map<string, StoreEntry>();
  const listed = items.slice(0, MAX_ENTRIES);
  for (let from = 0; from < listed.length; from += KEYS_AT_ONCE)
    for (const [key, entry] of await entriesOf(at, listed.slice(from, from + KEYS_AT_ONCE))) entries.set(key, entry);
  return { entries, truncated: items.length > listed.length, written };
}

async function entriesOf(at: { host: string; port: number }, items: readonly Item[]): Promise<[string, StoreEntry][]> {
  const answer = await ask(at, `get ${items.map(({ key }) => key).join(' ')}`, /(?:^|\n)END\r\n$/);
  const values = new Map<string, string>();
  for (let place = 0; answer.startsWith('VALUE ', place); ) {
    const line = answer.slice(place, answer.indexOf('\r\n', place));
    const [, key = '', , bytes = '0'] = line.split(' ');
    const from = place + line.length + 2;
    values.set(key, answer.slice(from, from + Number(bytes)));
    place = from + Number(bytes) + 2;
  }
  return items.flatMap(({ key, until }): [string, StoreEntry][] => {
    const value = values.get(key);
    // Gone meanwhile.
    if (value === undefined) return [];
    return [
      [
        key,
        {
          type: 'item',
          text: Buffer.from(value, 'latin1').toString('utf8').slice(0, MAX_TEXT),
          bytes: value.length,
          digest: createHash('sha256').update(value).digest('hex'),
          expiry: until < 0 ? { kind: 'never' } : { kind: 'in', ms: Math.max(0, until * 1000 - Date.now()) },
        },
      ],
    ];
  });
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
