/** A reply as data: what of it counts, in one tree. */
export type Value = string | number | boolean | null | readonly Value[] | Fields;

/** A tree node with named children. */
export type Fields = { readonly [key: string]: Value };

/** True for a tree node with named children. */
export function isRecord(value: Value | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for a list of trees. */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** A record's own member; an app may name members as it likes, also like what every object inherits. */
export function member(record: Fields, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Deep equality of two trees. */
export function sameValue(a: Value, b: Value): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** Every text and number of a tree with the key that it stands under, in order. */
export function* scalarsOf(value: Value, key = ''): Generator<{ readonly key: string; readonly text: string }> {
  if (typeof value === 'string' || typeof value === 'number') yield { key, text: String(value) };
  else if (isList(value)) for (const item of value) yield* scalarsOf(item, key);
  else if (isRecord(value)) for (const [name, item] of Object.entries(value)) yield* scalarsOf(item, name);
}

/** How many nodes a tree has and how deep it is; counting ends past either bound. */
export function sizeOf(value: unknown, { maxNodes, maxDepth }: { maxNodes: number; maxDepth: number }): 'fits' | 'too-large' {
  const open: { value: unknown; depth: number }[] = [{ value, depth: 0 }];
  let nodes = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (++nodes > maxNodes || next.depth > maxDepth) return 'too-large';
    if (typeof next.value !== 'object' || next.value === null) continue;
    const children = Array.isArray(next.value) ? next.value : Object.values(next.value);
    if (nodes + open.length + children.length > maxNodes) return 'too-large';
    for (const child of children) open.push({ value: child, depth: next.depth + 1 });
  }
  return 'fits';
}
