import { join } from 'node:path';
import { execa } from 'execa';
import { messageOf } from '../../errors.ts';
import { addressOf, onlyLooked, unreachable, whileThere } from '../reach.ts';
import { findProgram, HOST, missing, startServer } from '../server.ts';
import { type Care, type Look, MAX_ENTRIES, MAX_TEXT, type Service, type StoreEntry } from '../service.ts';
import { MAX_ROWS, rowEntry } from './rows.ts';

const USER = 'app';
const DATABASE = 'app';
const SYSTEM = "('mysql', 'sys', 'information_schema', 'performance_schema')";
const FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin'];
const INSTALL = 'apt-get install mariadb-server, or brew install mariadb';

/** Runs statements, and gives what they print: rows by line, columns parted by tabs. */
type Ask = (statements: string) => Promise<string>;

/** A MariaDB with an empty database, on a free loopback port. Throws a UserError if there is no program for it, or it does not start. */
export async function startMariadb(care: Care): Promise<Service> {
  const find = (...names: string[]) => findProgram(names, FOLDERS);
  const server = find('mariadbd', 'mysqld');
  const [install, client, dump] = [
    find('mariadb-install-db', 'mysql_install_db'),
    find('mariadb', 'mysql'),
    find('mariadb-dump', 'mysqldump'),
  ];
  if (server === null || install === null || client === null || dump === null) throw missing('mariadb', ['mariadbd'], INSTALL);
  const root = process.getuid?.() === 0 ? ['--user=root'] : [];
  const socketIn = (folder: string) => `--socket=${join(folder, 's')}`;
  const asking =
    (folder: string, program: string, ...flags: string[]) =>
    async (input = '') => {
      const { stdout } = await execa(program, ['--no-defaults', socketIn(folder), '--user=root', ...flags], {
        input,
        stdin: 'pipe',
      });
      return stdout;
    };
  const running = await startServer({
    name: 'mariadb',
    care,
    prepare: async (folder, run) => {
      const flags = [
        '--no-defaults',
        `--datadir=${join(folder, 'data')}`,
        '--auth-root-authentication-method=normal',
        '--skip-test-db',
        ...root,
      ];
      await run([install, ...flags]);
    },
    command: ({ port, folder }) => [
      server,
      ...[
        '--no-defaults',
        `--datadir=${join(folder, 'data')}`,
        socketIn(folder),
        `--bind-address=${HOST}`,
        `--port=${port}`,
        ...root,
      ],
      ...[
        '--innodb-flush-log-at-trx-commit=0',
        '--innodb-flush-method=nosync',
        '--innodb-buffer-pool-size=32M',
        '--skip-name-resolve',
      ],
    ],
    answers: async ({ folder }) => {
      await asking(folder, client)('select 1');
    },
  });
  const ask: Ask = asking(running.folder, client, '--batch', '--raw', '--skip-column-names');
  const telling = whileThere('mariadb', { own: false, wordsOf: lastLine });
  let saved = '';
  const remake = async () => {
    const others = await ask(`select schema_name from information_schema.schemata where schema_name not in ${SYSTEM}`);
    const drops = others.split('\n').flatMap((name) => (name === '' ? [] : [`drop database ${quoted(name)};`]));
    await ask(`${drops.join('\n')}\ncreate database ${DATABASE};\nuse ${DATABASE};\n${saved}`);
  };
  try {
    await ask(`create user '${USER}'@'%' identified by '${USER}'; grant all on *.* to '${USER}'@'%';`);
    await remake();
  } catch (error) {
    await running.stop();
    throw error;
  }
  const url = `mysql://${USER}:${USER}@${HOST}:${running.port}/${DATABASE}`;
  return {
    name: 'mariadb',
    origin: server,
    address: { url, host: HOST, port: String(running.port), user: USER, password: USER, database: DATABASE },
    resets: true,
    snapshot: () =>
      telling(async () => {
        saved = await asking(running.folder, dump, '--routines', '--events', '--hex-blob', DATABASE)();
      }),
    reset: () => telling(remake),
    look: () => telling(() => lookAt(ask, DATABASE)),
    stop: running.stop,
  };
}

/** The user's own MariaDB or MySQL, which is only looked at. Throws a UserError if it cannot be reached, or there is no client for it. */
export async function attachMariadb(url: string): Promise<Service> {
  const address = addressOf(url, { port: 3306 });
  const { host, port, user, password, database } = address;
  const client = findProgram(['mariadb', 'mysql']);
  if (client === null) throw missing('mariadb', ['mariadb'], 'apt-get install mariadb-client, or brew install mariadb');
  const at = ['--no-defaults', `--host=${host}`, `--port=${port}`, '--protocol=TCP', `--user=${user}`];
  const ask: Ask = async (input) => {
    // A password on the command line would be seen by everybody.
    const env = { MYSQL_PWD: password };
    return (await execa(client, [...at, '--batch', '--raw', '--skip-column-names'], { input, env })).stdout;
  };
  try {
    await lookAt(ask, database);
  } catch (cause) {
    const hint =
      'Start it and put user, password and database into the URL, or let one be started for the audit: --service mariadb';
    throw unreachable('mariadb', url, { why: lastLine(cause), hint });
  }
  const telling = whileThere('mariadb', { own: true, wordsOf: lastLine });
  return onlyLooked('mariadb', address, () => telling(() => lookAt(ask, database)));
}

/** What a client has said last of what went wrong. */
function lastLine(error: unknown): string {
  const said = error instanceof Error && 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : '';
  return said === '' ? messageOf(error).split('\n', 1).join('') : (said.split('\n').at(-1) ?? '');
}

/** A column of a table; `binary`: what it holds is no text. */
interface Column {
  readonly table: string;
  readonly name: string;
  readonly isKey: boolean;
  readonly binary: boolean;
}

/** Rows of all tables of a database, in a transaction that can change nothing. */
async function lookAt(ask: Ask, database: string): Promise<Look> {
  const columns = await columnsOf(ask, database);
  const tables = [...new Set(columns.map(({ table }) => table))];
  const of = (table: string) => columns.filter((column) => column.table === table);
  const selects = tables.map((table) => {
    const fields = of(table).map(({ name, binary }) => `ifnull(${hexOf(quoted(name), binary)}, '-')`);
    return `select ${[literal(hex(table)), ...fields].join(', ')} from ${quoted(database)}.${quoted(table)} limit ${MAX_ROWS + 1};`;
  });
  const printed =
    tables.length === 0 ? '' : await ask(`set session transaction read only; start transaction; ${selects.join('\n')} rollback;`);
  const rows = lines(printed).map((line) => line.split('\t'));
  const entries = new Map<string, StoreEntry>();
  let truncated = false;
  for (const table of tables) {
    const own = rows.filter(([name]) => name === hex(table));
    truncated ||= own.length > MAX_ROWS;
    if (own.length > MAX_ROWS || entries.size + own.length > MAX_ENTRIES) continue;
    const keys = of(table).flatMap(({ name, isKey }) => (isKey ? [name] : []));
    for (const [, ...values] of own)
      entries.set(
        ...rowEntry(table, keys, Object.fromEntries(of(table).map(({ name }, index) => [name, unhex(values[index] ?? '-')]))),
      );
  }
  return { entries, truncated, written: null };
}

async function columnsOf(ask: Ask, database: string): Promise<Column[]> {
  const printed = await ask(
    `select hex(c.table_name), hex(c.column_name), c.column_key = 'PRI', c.data_type regexp '(blob|binary|bit)$' from information_schema.columns c join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name where t.table_type = 'BASE TABLE' and c.table_schema = ${literal(database)} order by c.table_name, c.ordinal_position`,
  );
  return lines(printed).map((line) => {
    const [table = '', name = '', isKey, binary] = line.split('\t');
    return { table: unhex(table) ?? '', name: unhex(name) ?? '', isKey: isKey === '1', binary: binary === '1' };
  });
}

/** Every value is printed in hexadecimal: nothing in it can pass for the end of a field. */
function hexOf(column: string, binary: boolean): string {
  return binary ? `hex(left(${column}, ${MAX_TEXT}))` : `hex(left(convert(${column} using utf8mb4), ${MAX_TEXT}))`;
}

function hex(text: string): string {
  return Buffer.from(text).toString('hex').toUpperCase();
}

/** `null`: there is no value. */
function unhex(printed: string): string | null {
  return printed === '-' ? null : Buffer.from(printed, 'hex').toString('utf8');
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
