import { SERVICE_NAMES, type ServiceChoice, type ServiceName } from '../model/service.ts';

/** A service as a config file may write it. */
export type GivenService =
  | string
  | {
      readonly name: ServiceName;
      readonly url?: string | undefined;
      readonly env?: Readonly<Record<string, string>> | undefined;
      readonly reset?: boolean | undefined;
    };

const ONE = new RegExp(`^(${SERVICE_NAMES.join('|')})(?::(.+))?$`, 's');
const VARIABLE = /^([A-Za-z_]\w*)=(.+)$/s;
/** Commas part variables where the name of one follows. */
const COMMA = /,(?=[A-Za-z_]\w*=)/;
const URL_FIRST = /^[a-z][a-z0-9+.-]*:\/\//i;

/** Fields that stand for a part of a service's address in the value of a variable. */
export const ADDRESS_FIELDS = ['url', 'host', 'port', 'user', 'password', 'database'] as const;

/** Protocols of the URLs of each service. */
const PROTOCOLS: Readonly<Record<ServiceName, readonly string[]>> = {
  redis: ['redis:', 'rediss:'],
  memcached: ['memcached:'],
  postgres: ['postgres:', 'postgresql:'],
  mariadb: ['mysql:', 'mariadb:'],
};

/**
 * The service in a text such as `redis`, `redis:CACHE_HOST={host},CACHE_PORT={port}` or `redis:redis://localhost:6379/1`, or in an object
 * of a config file; `null` if it names none.
 */
export function parseService(given: GivenService): ServiceChoice | null {
  if (typeof given !== 'string') {
    const { name, url, env, reset = false } = given;
    if (url !== undefined && !isUrlOf(name, url)) return null;
    if (env !== undefined && !areTemplates(env)) return null;
    // Of a database of the user's nobody knows what else is in it.
    const canReset = url !== undefined && (name === 'redis' || name === 'memcached');
    return reset && !canReset ? null : { name, env: env ?? null, url: url ?? null, reset };
  }
  const [, text, rest] = ONE.exec(given) ?? [];
  if (text === undefined) return null;
  const name = text as ServiceName;
  if (rest === undefined) return { name, env: null, url: null, reset: false };
  const parts = rest.split(COMMA);
  const url = URL_FIRST.test(rest) ? (parts.shift() ?? '') : null;
  if (url !== null && !isUrlOf(name, url)) return null;
  const pairs = parts.map((part) => VARIABLE.exec(part));
  if (pairs.some((pair) => pair === null)) return null;
  const env = Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
  return areTemplates(env) ? { name, env: pairs.length === 0 ? null : env, url, reset: false } : null;
}

function isUrlOf(name: ServiceName, url: string): boolean {
  return URL.canParse(url) && PROTOCOLS[name].includes(new URL(url).protocol);
}

/** A name in braces that means nothing is a slip. */
function areTemplates(env: Readonly<Record<string, string>>): boolean {
  const slip = new RegExp(`\\{(?!(?:${ADDRESS_FIELDS.join('|')})\\})\\w*\\}`);
  return !Object.values(env).some((value) => slip.test(value));
}

/** Whether a service is named twice. */
export function namesTwice(given: readonly GivenService[]): boolean {
  const names = given.flatMap((one) => parseService(one)?.name ?? []);
  return new Set(names).size < names.length;
}
