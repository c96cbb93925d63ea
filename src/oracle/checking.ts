import type { Known } from './template.ts';

/** Where a comparison stands, and what it finds out on the way. */
export interface CheckContext extends Known {
  readonly path: string;
  /** Paths of lists that are too much alike within themselves to be compared in any order. */
  readonly tooAlike: string[];
}
