import { UserError } from '../errors.ts';
import type { ServiceChoice, ServiceName } from '../model/service.ts';
import { attachMemcached, startMemcached } from './memcached/start.ts';
import { attachRedis, startRedis } from './redis/start.ts';
import type { Address, Care, Service } from './service.ts';
import { attachMariadb, startMariadb } from './sql/mariadb.ts';
import { attachPostgres, startPostgres } from './sql/postgres.ts';

interface Kind {
  start(care: Care): Promise<Service>;
  attach(url: string, options: { readonly resets: boolean }): Promise<Service>;
  /** Variables by which apps customarily learn its address. */
  readonly env: Readonly<Record<string, string>>;
}

const KINDS: Readonly<Record<ServiceName, Kind>> = {
  redis: { start: startRedis, attach: attachRedis, env: { REDIS_URL: '{url}' } },
  memcached: {
    start: startMemcached,
    attach: attachMemcached,
    env: { MEMCACHED_URL: '{url}', MEMCACHE_SERVERS: '{host}:{port}' },
  },
  postgres: {
    start: startPostgres,
    attach: attachPostgres,
    env: {
      DATABASE_URL: '{url}',
      ...{ PGHOST: '{host}', PGPORT: '{port}', PGUSER: '{user}', PGPASSWORD: '{password}', PGDATABASE: '{database}' },
    },
  },
  mariadb: {
    start: startMariadb,
    attach: attachMariadb,
    env: {
      MYSQL_URL: '{url}',
      ...{
        MYSQL_HOST: '{host}',
        MYSQL_PORT: '{port}',
        MYSQL_USER: '{user}',
        MYSQL_PASSWORD: '{password}',
        MYSQL_DATABASE: '{database}',
      },
    },
  },
};

/** Services of an audit, and the variables by which the app learns of them. */
export interface OpenServices {
  readonly services: readonly Service[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Starts the services asked for, each on a free loopback port with data of its own, or reaches for the user's own. `given`: the app's own
 * variables; a UserError is thrown if a service that was started would set one of them, if its program is not there or does not start, or the
 * user's own does not answer; none is left running then.
 */
export async function openServices(
  choices: readonly ServiceChoice[],
  { given, care }: { given: Readonly<Record<string, string>>; care: Care },
): Promise<OpenServices> {
  const services: Service[] = [];
  const env: Record<string, string> = {};
  try {
    for (const { name, url, env: asked, reset } of choices) {
      const { start, attach, env: customary } = KINDS[name];
      const service = await (url === null ? start(care) : attach(url, { resets: reset }));
      services.push(service);
      for (const [variable, template] of Object.entries(asked ?? customary)) {
        if (!(variable in given)) env[variable] = filled(template, service.address);
        else if (url === null || asked !== null) throw twice(variable, name);
      }
    }
    return { services, env };
  } catch (error) {
    await Promise.all(services.map((service) => service.stop()));
    throw error;
  }
}

function filled(template: string, address: Address): string {
  return template.replaceAll(/\{(\w+)\}/g, (field, name: string) => address[name as keyof Address] ?? field);
}

function twice(variable: string, name: ServiceName): UserError {
  return new UserError(
    'service-variable',
    `the variable ${variable} is given to the app, and --service ${name} would set it as well`,
    `Leave one of both out, or name the variables of the service: --service ${name}:OTHER={url}`,
  );
}
