import type { ServiceName } from '../model/service.ts';
import type { Expiry } from '../model/stores.ts';

/** A backing service that the app is given: one that was started for the audit, or the user's own. */
export interface Service {
  readonly name: ServiceName;
  /** Which program or library it is, or that it is the user's own, in words. */
  readonly origin: string;
  /** Where it is. */
  readonly address: Address;
  /** Whether every trial begins with the same state of it: `reset` does nothing where it does not. */
  readonly resets: boolean;
  /** Makes what is in it now what every trial begins with. */
  snapshot(): Promise<void>;
  /** Puts back what was there when `snapshot` was called, or nothing. Throws a UserError if it is gone. */
  reset(): Promise<void>;
  /** What is in it. Throws a UserError if it is gone. */
  look(): Promise<Look>;
  /** Ends it and removes its data; the user's own one is only left. */
  stop(): Promise<void>;
}

/** Parts of a service's address; what it does not know is empty. */
export interface Address {
  readonly url: string;
  readonly host: string;
  readonly port: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** What was in a store at one moment. Hostile text throughout. */
export interface Look {
  /** By key, or table and primary key. */
  readonly entries: ReadonlyMap<string, StoreEntry>;
  /** There is more than was looked at. */
  readonly truncated: boolean;
  /** How much has been written to it so far, by its own count; `null` where it keeps none. */
  readonly written: number | null;
}

export interface StoreEntry {
  /** Type, as the store calls it: `string`, `hash`, …, `row`. */
  readonly type: string;
  /** What is stored, at most `MAX_TEXT` characters of it. */
  readonly text: string;
  /** Size of what is stored in bytes, as far as the store tells. */
  readonly bytes: number;
  /** Equal where what is stored is. */
  readonly digest: string;
  readonly expiry: Expiry;
}

/** Entries looked at of one store, and characters of each. */
export const MAX_ENTRIES = 1000;
export const MAX_TEXT = 4096;

/** Whoever ends what we leave running, and removes what we leave lying, should we die. */
export interface Care {
  guard(group: number): void;
  release(group: number): void;
  keep(folder: string): void;
}
