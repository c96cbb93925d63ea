import type { ServiceName } from '../model/service.ts';

/** A backing service that was started for an audit. */
export interface Service {
  readonly name: ServiceName;
  /** Variables that the app is given. */
  readonly env: Readonly<Record<string, string>>;
  /** Empties it. Throws a UserError if it is gone. */
  reset(): Promise<void>;
  /** Ends it, and removes its data. */
  stop(): Promise<void>;
}

/** Whoever ends what we leave running, and removes what we leave lying, should we die. */
export interface Care {
  guard(group: number): void;
  release(group: number): void;
  keep(folder: string): void;
}
