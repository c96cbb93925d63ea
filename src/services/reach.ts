import { messageOf, UserError } from '../errors.ts';
import { SERVICE_TITLES, type ServiceName } from '../model/service.ts';
import type { Address, Service } from './service.ts';

/** Does something with a service that was there; if that fails, it is not any more. `wordsOf`: what its client says of a failure. */
export function whileThere(
  name: ServiceName,
  { own, wordsOf = messageOf }: { own: boolean; wordsOf?: (error: unknown) => string },
) {
  return async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw gone(name, { own, why: wordsOf(cause), cause });
    }
  };
}

/** The error for a service of the user's own that cannot be used. */
export function unreachable(name: ServiceName, url: string, { why, hint }: { why: string; hint: string }): UserError {
  const title = SERVICE_TITLES[name];
  return new UserError('service-unreachable', `the ${title} server at ${new URL(url).host} cannot be used: ${why}`, hint);
}

/** The parts of the URL of a user's own service. `port`, `database`: what it means where it names none. */
export function addressOf(url: string, { port, database = '' }: { port: number; database?: string }): Address {
  const parts = new URL(url);
  const named = decodeURIComponent(parts.pathname.slice(1));
  return {
    url,
    host: parts.hostname,
    port: parts.port === '' ? String(port) : parts.port,
    user: decodeURIComponent(parts.username),
    password: decodeURIComponent(parts.password),
    database: named === '' ? database : named,
  };
}

/** A service of the user's own that is only looked at. */
export function onlyLooked(name: ServiceName, address: Address, look: Service['look']): Service {
  const nothing = async () => {};
  return { name, origin: 'your own', address, resets: false, snapshot: nothing, reset: nothing, look, stop: nothing };
}

/** The error for a service that was there and is not any more. */
function gone(name: ServiceName, { own, why, cause }: { own: boolean; why: string; cause: unknown }): UserError {
  return new UserError(
    'service-gone',
    `the ${SERVICE_TITLES[name]} server ${own ? 'that was named' : 'that was started for the audit'} does not answer any more (${why})`,
    'Look whether the app ends it, fills it, or something else on this machine has; then run the audit again.',
    { cause },
  );
}
