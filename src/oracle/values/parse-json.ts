import { sizeOf, type Value } from './value.ts';

/** Trees with more parts than this, or deeper, are compared as text: structure would cost more than it tells. */
const BOUNDS = { maxNodes: 20_000, maxDepth: 100 };

/** A text as JSON; `undefined` if it is none, or if it is too large or too deep to be compared by structure. */
export function parseJson(text: string): Value | undefined {
  if (!/^\s*[[{"\-\dtfn]/.test(text)) return undefined;
  try {
    const parsed = JSON.parse(text) as Value;
    return sizeOf(parsed, BOUNDS) === 'fits' ? parsed : undefined;
  } catch {
    return undefined;
  }
}
