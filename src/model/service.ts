/** Backing services that can be started for an app. */
export const SERVICE_NAMES = ['redis'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** A backing service that is to be started for the app. */
export interface ServiceChoice {
  readonly name: ServiceName;
  /** Variables that the app is given, with `{url}`, `{host}` and `{port}` in their values; `null`: the customary ones. */
  readonly env: Readonly<Record<string, string>> | null;
}
