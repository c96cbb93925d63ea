import { parse } from 'yaml';
import type { ServiceName } from '../model/service.ts';

const IMAGES: readonly (readonly [RegExp, ServiceName])[] = [
  [/(?:^|\/)(?:redis|valkey|keydb|redis-stack(?:-server)?)(?::|$)/, 'redis'],
  [/(?:^|\/)memcached(?::|$)/, 'memcached'],
  [/(?:^|\/)(?:postgres|postgresql|postgis|timescaledb)(?::|$)/, 'postgres'],
  [/(?:^|\/)(?:mysql|mariadb)(?::|$)/, 'mariadb'],
];

/** Services that a compose file starts beside the app; what cannot be read names none. */
export function servicesIn(text: string): ServiceName[] {
  let value: unknown;
  try {
    value = parse(text);
  } catch {
    return [];
  }
  const services = typeof value === 'object' && value !== null && 'services' in value ? value.services : {};
  const images = Object.values(services ?? {}).flatMap((one: unknown) =>
    typeof one === 'object' && one !== null && 'image' in one && typeof one.image === 'string' ? [one.image] : [],
  );
  return [...new Set(images.flatMap((image) => IMAGES.find(([pattern]) => pattern.test(image.replace(/@.*$/, '')))?.[1] ?? []))];
}
