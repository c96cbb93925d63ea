import type { Expiry } from '../model/stores.ts';

export const NEVER: Expiry = { kind: 'never' };

/** Fields that say until when an entry holds. */
const UNTIL = /^(?:expir(?:y|e|es|ed|ation)?|valid_?until|not_?after|exp|sess_?lifetime)(?:_?(?:at|on|in|date|time|ts))?$/i;
/** Fields that say when an entry was used last, by which the libraries that write them sweep. */
const LAST_USED = /^(?:last_?activity|last_?access(?:ed)?(?:_?at)?|sess_?time|session_?last_?access)$/i;

/** What the fields of an entry say of its end, where the store itself knows none: those at its top, and no others. */
export function expiryByFields(fields: Readonly<Record<string, unknown>>): Expiry {
  const until = Object.keys(fields).find((name) => UNTIL.test(name) && fields[name] !== null && fields[name] !== '');
  if (until !== undefined) return { kind: 'swept', by: until };
  const used = Object.keys(fields).find((name) => LAST_USED.test(name));
  return used === undefined ? NEVER : { kind: 'swept', by: used };
}
