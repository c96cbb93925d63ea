import type { Expiry } from '../model/stores.ts';

export const NEVER: Expiry = { kind: 'never' };

/** Fields that say until when an entry holds, or for how long: `expires_at`, `ExpiresAtTime`, `session_expires`, `valid_thru`, `ttl`. */
const UNTIL =
  /(?:^|_)(?:expir(?:y|e|es|ed|ation)?|valid_?(?:until|thru|to)|not_?after|exp|ttl|max_?age|(?:sess_?)?lifetime)(?:_|$)/i;
/** Fields that say when an entry was used last, by which the libraries that write them sweep. */
const LAST_USED = /^(?:last_?activity|last_?access(?:ed)?(?:_?at)?|sess_?time|session_?last_?access)$/i;
/** Columns by which sweepers go as well. */
const LAST_WRITTEN = /^(?:last_?\w+|(?:updated|modified|touched|refreshed|accessed)(?:_?(?:at|on))?|timestamp)$/i;

type Fields = Readonly<Record<string, unknown>>;

/** What the fields of an entry say of its end, where the store itself knows none: those at its top, and no others. */
export function expiryByFields(fields: Fields): Expiry {
  const own = named(UNTIL, fields) ?? named(LAST_USED, fields);
  return own === undefined ? NEVER : { kind: 'swept', by: own };
}

/** The same of a row: by its columns, and by the fields at the top of what is JSON in one of them. */
export function expiryOfRow(row: Fields): Expiry {
  const own = expiryByFields(row);
  if (own.kind !== 'never') return own;
  for (const [name, value] of Object.entries(row)) {
    const inner = named(UNTIL, objectIn(value));
    if (inner !== undefined) return { kind: 'swept', by: `${name}.${inner}` };
  }
  const written = named(LAST_WRITTEN, row);
  return written === undefined ? NEVER : { kind: 'swept', by: written };
}

function named(pattern: RegExp, fields: Fields): string | undefined {
  return Object.keys(fields).find((name) => pattern.test(snake(name)) && fields[name] !== null && fields[name] !== '');
}

/** `ExpiresAtTime` as `expires_at_time`. */
function snake(name: string): string {
  return name.replace(/(?<=[a-z\d])(?=[A-Z])/g, '_').toLowerCase();
}

function objectIn(value: unknown): Fields {
  if (typeof value === 'string' && value.startsWith('{')) {
    try {
      return objectIn(JSON.parse(value) as unknown);
    } catch {
      return {};
    }
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
