/** A setting of the config as a flag. */
export interface Flag {
  readonly flag: string;
  /** The key of the config that it sets. */
  readonly path: readonly string[];
  readonly description: string;
  readonly example: string;
  readonly group: string;
  /** `list`, `pairs` (NAME=VALUE) and `counts` (the same with numbers, or several with commas) may be repeated. */
  readonly kind: 'text' | 'number' | 'list' | 'pairs' | 'counts' | 'switch';
}

/** A flag, and the key that it sets with points between its parts. */
export function flag(flag: string, key: string, rest: Omit<Flag, 'flag' | 'path'>): Flag {
  return { flag, path: key.split('.'), ...rest };
}
