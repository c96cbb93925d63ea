import { SERVICE_NAMES, type ServiceChoice, type ServiceName } from '../model/service.ts';

const ONE = new RegExp(`^(${SERVICE_NAMES.join('|')})(?::(.+))?$`, 's');
const VARIABLE = /^([A-Za-z_]\w*)=(.+)$/s;
/** Commas part variables where the name of one follows. */
const COMMA = /,(?=[A-Za-z_]\w*=)/;

/** The service in a text such as `redis` or `redis:CACHE_HOST={host},CACHE_PORT={port}`; `null` if it names none. */
export function parseService(text: string): ServiceChoice | null {
  const [, name, variables] = ONE.exec(text) ?? [];
  if (name === undefined) return null;
  if (variables === undefined) return { name: name as ServiceName, env: null };
  const pairs = variables.split(COMMA).map((part) => VARIABLE.exec(part));
  if (pairs.some((pair) => pair === null)) return null;
  const env = Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
  // A name in braces that means nothing is a slip.
  if (Object.values(env).some((value) => /\{(?!(?:url|host|port)\})\w*\}/.test(value))) return null;
  return { name: name as ServiceName, env };
}

/** Whether a service is named twice. */
export function namesTwice(texts: readonly string[]): boolean {
  const names = texts.flatMap((text) => parseService(text)?.name ?? []);
  return new Set(names).size < names.length;
}
