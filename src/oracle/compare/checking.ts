import type { Known } from '../values/template.ts';
import type { Value } from '../values/value.ts';
import type { Difference, Expected } from './expectation.ts';

/** Where a comparison stands, and what it finds out on the way. */
export interface CheckContext extends Known {
  readonly path: string;
  /** Paths of lists that are too much alike within themselves to be compared in any order. */
  readonly tooAlike: string[];
}

/** Holds a part of a reply against what was expected of it. */
export type Check = (expected: Expected, actual: Value | undefined, context: CheckContext) => Difference[];
