// Keeps notes by name in the store that SERVICE names, by the customary variables; GET /names: all of them.
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What each kind of store does: `put` gives false where the name is taken. */
const STORES = {
  async redis() {
    const { Redis } = await import('ioredis');
    const client = new Redis(process.env.REDIS_URL);
    client.on('error', () => {});
    return {
      put: async (name) => (await client.setnx(`note:${name}`, 'yes')) === 1,
      names: async () => (await client.keys('note:*')).map((key) => key.slice(5)),
    };
  },
  async memcached() {
    const { Memcache } = await import('memcache');
    const client = new Memcache({ nodes: [process.env.MEMCACHE_SERVERS] });
    return {
      put: (name) => client.add(`note:${name}`, 'yes'),
      names: async () => ((await client.get('note:ada')) === undefined ? [] : ['ada']),
    };
  },
  async postgres() {
    const { default: postgres } = await import('postgres');
    const sql = postgres(process.env.DATABASE_URL, { onnotice: () => {} });
    // Another process may be doing the same.
    await sql`create table if not exists notes (name text primary key)`.catch(() => {});
    return {
      put: async (name) => (await sql`insert into notes values (${name}) on conflict do nothing returning name`).length === 1,
      names: async () => (await sql`select name from notes order by 1`).map((row) => row.name),
    };
  },
  async mariadb() {
    const { MYSQL_HOST, MYSQL_PORT, MYSQL_USER, MYSQL_PASSWORD, MYSQL_DATABASE } = process.env;
    const flags = [`--host=${MYSQL_HOST}`, `--port=${MYSQL_PORT}`, `--user=${MYSQL_USER}`, `--password=${MYSQL_PASSWORD}`];
    const ask = async (sql) => (await run('mariadb', ['--no-defaults', ...flags, '-N', '-e', sql, MYSQL_DATABASE])).stdout;
    await ask('create table if not exists notes (name varchar(80) primary key)');
    return {
      put: async (name) => (await ask(`insert ignore into notes values ('${name}'); select row_count()`)).trim() === '1',
      names: async () => (await ask('select name from notes order by 1')).trim().split('\n').filter(Boolean),
    };
  },
};

const store = await STORES[process.env.SERVICE]();
if (process.argv.includes('--prepare')) {
  await store.put('first');
  if (process.env.FAIL === 'yes') console.error('cannot migrate');
  process.exit(process.env.FAIL === 'yes' ? 3 : 0);
}
createServer(async (request, response) => {
  const name = new URL(request.url, 'http://localhost').pathname.slice(1);
  const answer = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  try {
    if (request.method === 'GET') return answer(200, { names: await store.names() });
    const isNew = await store.put(name);
    answer(isNew ? 201 : 409, { name, isNew });
  } catch (error) {
    answer(500, { error: String(error) });
  }
}).listen(Number(process.env.PORT), '127.0.0.1');
