import { JSONPath } from 'jsonpath-plus';

/**
 * What lies at a JSONPath such as `$.items[0]['odd key'].id` or `$..items[?(@.sku=='a')].id` – the first of several; `undefined` if nothing
 * does. `$` alone, or nothing, is the whole.
 */
export function atJsonPath(value: unknown, path: string): unknown {
  const keys = parseJsonPath(path);
  if (keys === null) return firstMatch(value, path);
  let current = value;
  for (const key of keys) {
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

/** Whether a path can be followed, or asked with wildcards, slices and filters as Goessner's JSONPath has them. */
export function isJsonPath(path: string): boolean {
  if (parseJsonPath(path) !== null) return true;
  if (!ASKS.test(path) || !isBalanced(path)) return false;
  try {
    query(SAMPLE, path);
    return true;
  } catch {
    return false;
  }
}

/** Begins at the root and has a descent, a wildcard, a slice, a choice or a filter. */
const ASKS = /^\$.*(?:\.\.|\*|\[[^\]]*[:,]|\[\??\()/s;
/** Something for every part of a path to meet, so that what cannot be read of it is seen. */
const SAMPLE = [{ a: [{ b: 'c' }] }];

/** The path's keys in order; `null` if it is not a path that names one place (wildcards and filters do not). */
function parseJsonPath(path: string): string[] | null {
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

function firstMatch(value: unknown, path: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    return query(value, path)[0];
  } catch {
    return undefined;
  }
}

/** Filters are evaluated by the library's own interpreter, which knows no functions of ours. */
function query(json: object, path: string): unknown[] {
  const found: unknown = JSONPath({ path, json, wrap: true, eval: 'safe' });
  return Array.isArray(found) ? found : [];
}

function isBalanced(path: string): boolean {
  const bare = path.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, '');
  const count = (of: RegExp) => bare.match(of)?.length ?? 0;
  return count(/\[/g) === count(/\]/g) && count(/\(/g) === count(/\)/g) && !/['"]/.test(bare);
}

function step(key: string | number): string {
  if (typeof key === 'number') return `[${key}]`;
  return /^[A-Za-z_][\w-]*$/.test(key) ? `.${key}` : `['${key.replace(/[\\']/g, '\\$&')}']`;
}
