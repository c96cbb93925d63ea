import { once } from 'node:events';
import { connect } from 'node:net';
import { SERVICE_TITLES, type ServiceName } from '../model/service.ts';

/** Packages that are clients of a service, or cannot do without one. */
const CLIENTS: Readonly<Record<ServiceName, RegExp>> = {
  redis:
    /^(?:ioredis|redis|@redis\/.*|connect-redis|bullmq|bull|redis-py|django-redis|predis\/predis|redis-rs|sidekiq|resque|hiredis|jedis|lettuce-core|spring-boot-starter-data-redis|.*\/go-redis(?:\/v\d+)?|stackexchange\.redis)$/i,
  memcached: /^(?:memcached|memjs|memcache|memcache-client|dalli|pymemcache|pylibmc|python-memcached|.*\/gomemcache)$/i,
  postgres:
    /^(?:pg|postgres|pg-promise|psycopg2?(?:-binary)?|asyncpg|tokio-postgres|postgrex|.*\/lib\/pq|.*\/pgx(?:\/v\d+)?|npgsql|postgresql)$/i,
  mariadb:
    /^(?:mysql|mysql2|mariadb|pymysql|mysqlclient|aiomysql|trilogy|myxql|mysql-connector-(?:java|j|python)|.*\/go-sql-driver\/mysql)$/i,
};

const PORTS: Readonly<Record<ServiceName, number>> = { redis: 6379, memcached: 11211, postgres: 5432, mariadb: 3306 };
/** Variables that name where a service is, as URL or as `host:port`. */
const VARIABLES: Readonly<Record<ServiceName, RegExp>> = {
  redis: /redis.*(?:ur[il]|dsn|server)$/i,
  memcached: /memcached?.*(?:ur[il]|servers?)$/i,
  postgres: /^(?:database|postgres(?:ql)?|pg)_?ur[il]$/i,
  mariadb: /^(?:database|mysql|mariadb)_?ur[il]$/i,
};
const PROTOCOLS: Readonly<Record<ServiceName, RegExp>> = {
  redis: /^rediss?:/,
  memcached: /^memcached:/,
  postgres: /^postgres(?:ql)?:/,
  mariadb: /^(?:mysql2?|mariadb):/,
};
const LOCAL = /^(?:localhost|127\.[\d.]+|\[?::1\]?)$/;
const ANSWER_MS = 500;

/** The first package that is a client of a service which is not among those `chosen`; `null`: none is. */
export function clientIn(dependencies: readonly string[], chosen: readonly ServiceName[]): string | null {
  const patterns = (Object.keys(CLIENTS) as ServiceName[]).filter((name) => !chosen.includes(name)).map((name) => CLIENTS[name]);
  return dependencies.find((dependency) => patterns.some((pattern) => pattern.test(dependency))) ?? null;
}

/** A variable that says where a service is which is not among those `chosen`; `null`: none does. */
export function storeNamedIn(env: Readonly<Record<string, string | undefined>>, chosen: readonly ServiceName[]): string | null {
  const names = (Object.keys(VARIABLES) as ServiceName[]).filter((name) => !chosen.includes(name));
  return Object.entries(env).find((variable) => names.some((name) => tellsWhere(name, variable)))?.[0] ?? null;
}

/** Whether a variable says where a service is. */
function tellsWhere(name: ServiceName, [variable, value = '']: readonly [string, string | undefined]): boolean {
  return value !== '' && VARIABLES[name].test(variable) && addressOf(name, value) !== null;
}

/** Services that dependencies or variables name, and what does, in a few words. */
export function servicesNamed({
  dependencies,
  env,
}: {
  dependencies: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
}): { readonly name: ServiceName; readonly because: string }[] {
  return (Object.keys(CLIENTS) as ServiceName[]).flatMap((name) => {
    const client = dependencies.find((dependency) => CLIENTS[name].test(dependency));
    const variable = Object.entries(env).find((one) => tellsWhere(name, one))?.[0];
    const because = client ?? variable;
    return because === undefined ? [] : [{ name, because }];
  });
}

/** A service that the app seems to need, and that nothing answers for. */
export interface Proposal {
  readonly name: ServiceName;
  readonly message: string;
  readonly hint: string;
}

/**
 * Services that the app's dependencies or variables name a client for, and that do not answer on this machine. Services elsewhere are not asked.
 * `chosen`: those that the app is given anyway.
 */
export async function proposeServices(
  { dependencies, env }: { dependencies: readonly string[]; env: Readonly<Record<string, string | undefined>> },
  chosen: readonly ServiceName[],
): Promise<Proposal[]> {
  const names = (Object.keys(CLIENTS) as ServiceName[]).filter((name) => !chosen.includes(name));
  const proposals = await Promise.all(
    names.map(async (name): Promise<Proposal[]> => {
      const client = dependencies.find((dependency) => CLIENTS[name].test(dependency));
      const named = Object.entries(env).flatMap(([variable, value]) => {
        const at = VARIABLES[name].test(variable) ? addressOf(name, value ?? '') : null;
        return at === null ? [] : [{ variable, ...at }];
      });
      const [first] = named;
      if (client === undefined && first === undefined) return [];
      const { host, port } = first ?? { host: 'localhost', port: PORTS[name] };
      if (!LOCAL.test(host) || (await answers(host, port))) return [];
      const because = first === undefined ? `the app depends on ${client}` : `${first.variable} names one`;
      return [
        {
          name,
          message: `no ${SERVICE_TITLES[name]} answers at ${host}:${port}, and ${because}`,
          hint: `Should the app need it, let one be started for the audit: --service ${name}`,
        },
      ];
    }),
  );
  return proposals.flat();
}

function addressOf(name: ServiceName, text: string): { host: string; port: number } | null {
  const isUrl = /^[a-z][\w+.-]*:\/\//i.test(text);
  if (isUrl && !PROTOCOLS[name].test(text)) return null;
  const url = isUrl ? text : `tcp://${text}`;
  if (!URL.canParse(url)) return null;
  const { hostname, port } = new URL(url);
  return hostname === '' ? null : { host: hostname, port: port === '' ? PORTS[name] : Number(port) };
}

async function answers(host: string, port: number): Promise<boolean> {
  const socket = connect({ host: host.replace(/[[\]]/g, ''), port, timeout: ANSWER_MS });
  socket.on('timeout', () => socket.destroy(new Error('timeout')));
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
