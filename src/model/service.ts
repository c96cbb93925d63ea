/** Backing services that can be started for an app. */
export const SERVICE_NAMES = ['redis', 'memcached', 'postgres', 'mariadb'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** What they are called in reports. */
export const SERVICE_TITLES: Readonly<Record<ServiceName, string>> = {
  redis: 'Redis',
  memcached: 'Memcached',
  postgres: 'PostgreSQL',
  mariadb: 'MariaDB',
};

/** A backing service that the app is given. */
export interface ServiceChoice {
  readonly name: ServiceName;
  /** Variables that the app is given, with fields such as `{url}` in their values; `null`: the customary ones. */
  readonly env: Readonly<Record<string, string>> | null;
  /** Where the user's own one is; `null`: one is started. */
  readonly url: string | null;
  /** Whether the user's own one may be emptied before every trial. One that is started always is. */
  readonly reset: boolean;
}
