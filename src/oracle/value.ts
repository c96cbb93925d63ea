/** A reply as data: what of it counts, in one tree. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

/** True for a tree node with named children. */
export function isRecord(value: Value | undefined): value is { readonly [key: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for a list of trees. */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** Deep equality of two trees. */
export function sameValue(a: Value, b: Value): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
