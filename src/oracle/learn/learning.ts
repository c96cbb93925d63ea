import type { Expected, Noise } from '../compare/expectation.ts';
import type { Seen } from '../values/seen.ts';
import type { Value } from '../values/value.ts';

/** One control's view of the same part of the same reply. */
export interface ValueSample {
  readonly value: Value;
  readonly seen: Seen;
  readonly playedAt: string;
}

/** Learns what parts of the samples have in common. */
export type Learn = (samples: readonly ValueSample[], context: LearnContext) => Expected;

export interface LearnContext {
  /** Where the part is: `body.items[0].id`. */
  readonly path: string;
  /** Makes a label that no other value has. */
  readonly mint: (path: string) => string;
  /** Field patterns never compared. */
  readonly ignored: (path: string) => boolean;
  readonly noise: Noise[];
  /** Paths where a value of the visitor's own is there in one control and missing in another: never noise. */
  readonly lost: string[];
}

/** The path of a named part. */
export function childPath(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

/** The JSON type of a value: `null` and `array` apart from `object`. */
export function typeName(value: Value): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
