import { execa } from 'execa';
import { Redis } from 'ioredis';
import postgres from 'postgres';
import { describe, expect, it } from 'vitest';
import { whatIsMissing } from '../../fixtures/run-fixture.ts';
import type { ServiceName } from '../../src/model/service.ts';
import { openServices } from '../../src/services/open-services.ts';
import type { Service } from '../../src/services/service.ts';

const CARE = { guard: () => {}, release: () => {}, keep: () => {} };
const BIG = Buffer.alloc(100_000_000, 'x');

/** A service of one's own, started here. */
async function start(name: ServiceName): Promise<Service & AsyncDisposable> {
  const { services } = await openServices([{ name, env: null, url: null, reset: false }], { given: {}, care: CARE });
  const [service] = services;
  if (service === undefined) throw new Error('nothing was started');
  return { ...service, [Symbol.asyncDispose]: () => service.stop() };
}

/** Keys that a look finds, with their types and ends. */
async function seen(service: Service): Promise<Record<string, string>> {
  const { entries } = await service.look();
  return Object.fromEntries([...entries].map(([key, { type, expiry }]) => [key, `${type} ${expiry.kind}`]));
}

const lacking = async (name: 'postgres' | 'mariadb' | 'memcached') => {
  const lack = await whatIsMissing(name);
  return lack === null ? '' : ` (needs ${lack})`;
};
const [noPostgres, noMariadb, noMemcached] = [await lacking('postgres'), await lacking('mariadb'), await lacking('memcached')];
const noRedis = (await execa('redis-server', ['--version'], { reject: false })).failed
  ? ' (needs redis-server: apt-get install redis-server)'
  : '';

describe('a look into a store bears what is in it, and a reset leaves nothing', () => {
  it.skipIf(noRedis !== '')(`Redis: large and binary values, keys that are no text, other databases${noRedis}`, async () => {
    await using service = await start('redis');
    const client = new Redis(service.address.url);
    await client.set('big', BIG);
    await client.hset('hash', 'field', BIG);
    await client.set(Buffer.from([0, 255, 254, 10]), Buffer.from([1, 2, 255]));
    await client.set('swept', '{"expires_at":1}');
    await client.select(3);
    await client.set('short', 'x', 'EX', 60);
    client.disconnect();
    const found = {
      big: 'string never',
      hash: 'hash never',
      '0x00fffe0a': 'string never',
      swept: 'string swept',
      '3/short': 'string in',
    };
    expect(await seen(service)).toEqual(found);
    await service.snapshot();
    await service.reset();
    expect(await seen(service)).toEqual(found);
  });

  it.skipIf(noMemcached !== '')(`Memcached: entries with and without an end${noMemcached}`, async () => {
    await using service = await start('memcached');
    const { Memcache } = await import('memcache');
    const client = new Memcache({ nodes: [`${service.address.host}:${service.address.port}`] });
    await client.set('for:ever', 'VALUE x\r\nEND\r\n');
    await client.set('session:1', 'a', 3600);
    expect(await seen(service)).toEqual({ 'for:ever': 'item never', 'session:1': 'item in' });
    await service.reset();
    expect(await seen(service)).toEqual({});
    await client.disconnect();
  });

  it.skipIf(noPostgres !== '')(`PostgreSQL: large rows, odd names, tables without a key${noPostgres}`, async () => {
    await using service = await start('postgres');
    const sql = postgres(service.address.url, { onnotice: () => {} });
    await sql`create table files (id int primary key, data bytea)`;
    await sql`insert into files values (1, ${BIG}), (2, ${Buffer.from([0, 255])})`;
    await sql`create schema "We ird"`;
    await sql`create table "We ird"."Ta""ble" (x int primary key, expires_at timestamptz)`;
    await sql`insert into "We ird"."Ta""ble" values (5, now())`;
    expect(await seen(service)).toEqual({ 'files:2': 'row never', '"We ird"."Ta""ble":5': 'row swept' });
    await service.reset();
    expect(await seen(service)).toEqual({});
    await sql.end({ timeout: 0 });
  });

  it.skipIf(noMariadb !== '')(`MariaDB: columns of every kind, odd names, what looks like a field’s end${noMariadb}`, async () => {
    await using service = await start('mariadb');
    const { host, port, user, password, database } = service.address;
    const flags = ['--no-defaults', `--host=${host}`, `--port=${port}`, `--user=${user}`, `--password=${password}`, database];
    const create =
      'create table `we ird` (id int primary key, b longblob, t longtext, j json, e timestamp null, bits bit(3), s varchar(20));';
    const values = `(1, repeat('x', 10000000), repeat('y', 10000000), '{"a":1}', now(), b'101', 'a\\tb\\nc\\'d')`;
    await execa('mariadb', flags, { input: `${create} insert into \`we ird\` values ${values};` });
    const { entries } = await service.look();
    expect([...entries.keys()]).toEqual(['we ird:1']);
    await service.reset();
    expect(await seen(service)).toEqual({});
  });
});
