import type { ServiceName } from './service.ts';

/** When a store lets an entry go: `never` by itself; `in` so many milliseconds; `swept` by whoever reads a field of it. */
export type Expiry =
  | { readonly kind: 'never' }
  | { readonly kind: 'in'; readonly ms: number }
  | { readonly kind: 'swept'; readonly by: string };

/** What the services of the app held while one trial was played. Evidence, never a finding by itself. Keys are redacted. */
export interface StoreJournal {
  readonly services: readonly LookedInto[];
  /** In the order in which they were seen. Bounded. */
  readonly changes: readonly StoreChange[];
  /** There was more than is listed. */
  readonly truncated: boolean;
  /** What was there when the play was over, by kinds of keys and by tables. */
  readonly held: readonly Held[];
}

/** How much of one kind there is in a service. */
export interface Held {
  readonly service: ServiceName;
  /** A key without what tells one of a kind from another, or a table. */
  readonly key: string;
  /** Members, rows or keys; a number counts as itself. */
  readonly count: number;
}

/** A service that was looked into. */
export interface LookedInto {
  readonly name: ServiceName;
  /** Entries that were there when the processes had booted. */
  readonly before: number;
  /** It holds more than was looked at. */
  readonly truncated: boolean;
  /** Something was written to it, be it gone again. */
  readonly isWritten: boolean;
}

export interface StoreChange {
  /** 0-based index of the step during which (or before which, since the step before) it happened. */
  readonly step: number;
  readonly service: ServiceName;
  /** Key, or table and primary key; `‹session›` in it stands for what the visitor's cookie or token holds. */
  readonly key: string;
  /** Type, as the store calls it. */
  readonly type: string;
  readonly change: 'added' | 'changed' | 'removed';
  /** Size afterwards. */
  readonly bytes: number;
  readonly expiry: Expiry;
  /** It was added by the step that handed out the visitor's cookie or token, and is named after that. */
  readonly isSession: boolean;
}
