/** What lies at a path such as `$.items[0]['odd key'].id`; `undefined` if nothing does. `$` alone, or nothing, is the whole. */
export function atJsonPath(value: unknown, path: string): unknown {
  let current = value;
  for (const key of parseJsonPath(path) ?? [null]) {
    if (key === null) return undefined;
    if (Array.isArray(current)) {
      const index = Number(key);
      current = key === 'length' ? current.length : current[index < 0 ? current.length + index : index];
    } else if (typeof current === 'object' && current !== null && Object.hasOwn(current, key)) {
      current = (current as Readonly<Record<string, unknown>>)[key];
    } else {
      return undefined;
    }
  }
  return current;
}

/** The path's keys in order; `null` if it is not a path that can be followed (wildcards and filters are not). */
export function parseJsonPath(path: string): string[] | null {
  const keys: string[] = [];
  const token = /\.?([^.[\]'"*?()\s]+)|\.?\[(-?\d+)\]|\.?\['((?:[^'\\]|\\.)*)'\]|\.?\["((?:[^"\\]|\\.)*)"\]/y;
  token.lastIndex = path.startsWith('$') ? 1 : 0;
  while (token.lastIndex < path.length) {
    const match = token.exec(path);
    if (match === null) return null;
    keys.push(match[1] ?? match[2] ?? (match[3] ?? match[4] ?? '').replace(/\\(.)/g, '$1'));
  }
  return keys;
}

/** The path of keys, as `parseJsonPath` reads it. */
export function jsonPath(keys: readonly (string | number)[]): string {
  return `$${keys.map(step).join('')}`;
}

function step(key: string | number): string {
  if (typeof key === 'number') return `[${key}]`;
  return /^[A-Za-z_][\w-]*$/.test(key) ? `.${key}` : `['${key.replace(/[\\']/g, '\\$&')}']`;
}
