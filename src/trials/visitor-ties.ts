import type { ServiceName } from '../model/service.ts';
import type { StoreChange } from '../model/stores.ts';
import type { StoreEntry } from '../services/service.ts';
import type { VisitorValues } from './visitor-values.ts';

/** What a look into a service found to have changed. */
export interface Seen {
  readonly step: number;
  readonly service: ServiceName;
  readonly key: string;
  readonly change: StoreChange['change'];
  readonly entry: StoreEntry;
}

/** What ties an entry to the visitor. */
export interface Tie {
  /** The value of his by which the entry goes; nothing: none. */
  readonly bound: string | undefined;
  /** It holds his session: it goes by what he was handed out, and was there as soon as that. */
  readonly isSession: boolean;
}

/** What session stores call their keys, whatever the visitor is handed out (which may be encrypted): a name, and an id behind it. */
const SESSION_KEY =
  /(?:(?:^|[:._-])(?:sess(?:ion)?s?|django\.contrib\.sessions\S*|memc\.sess\.key)[:._-]|^PHPREDIS_SESSION:)[\w-]{16,}$/i;
const SESSION_TABLE = /sess(?:ion)?s?$/i;
/** Records of people, of their devices and what lets programs in may hold a token, and are no sessions. */
const RECORD =
  /(?:^|[._])(?:users?|accounts?|members?|customers?|profiles?|people|persons?|devices?|(?:\w+_)?tokens?|(?:api_?)?keys?|limits?|\w+_limits?)$/i;
/** Types of entries that hold one thing each; queues, indexes and logs are of others. */
const HOLDS_ONE: readonly string[] = ['string', 'hash', 'row', 'item', 'ReJSON-RL'];

/**
 * Tells of each change what ties it to the visitor. Only what was added by the step that handed the value out, or by the first one after it that
 * adds anything that goes by it, is his session: what comes later are his things.
 */
export function tiesOf(seen: readonly Seen[], visitor: VisitorValues): (one: Seen) => Tie {
  const names = visitor.names();
  const nameOf = ({ key, entry }: Seen) => names.find(({ text }) => isNamedAfter(key, entry, text));
  const first = new Map<string, number>();
  for (const one of seen) {
    const text = nameOf(one)?.text;
    if (text !== undefined && one.change === 'added' && !first.has(text)) first.set(text, one.step);
  }
  return (one) => {
    const bound = nameOf(one);
    const isInTime = bound !== undefined && (one.step === bound.step || one.step === first.get(bound.text));
    const isCalled = bound === undefined && visitor.issues(one.step) && isCalledSession(one);
    return { bound: bound?.text, isSession: holdsOne(one) && ((isInTime && one.step >= bound.step) || isCalled) };
  };
}

/** The table of a row's key. */
export function tableOf(key: string): string {
  return key.split(':', 1)[0] ?? key;
}

/**
 * Whether an entry goes by a value: its key has it in it, a field of a hash is called by it, the key of a row is it; a row of a table that is called
 * after sessions has it in any column.
 */
function isNamedAfter(key: string, { type, text }: StoreEntry, value: string): boolean {
  if (type !== 'row') return key.includes(value) || (type === 'hash' && text.includes(`${JSON.stringify(value)}:`));
  const table = tableOf(key);
  if (SESSION_TABLE.test(table)) return key.includes(value) || text.includes(value);
  return !RECORD.test(table) && key.slice(table.length + 1) === value;
}

function isCalledSession({ key, entry }: Seen): boolean {
  return entry.type === 'row' ? SESSION_TABLE.test(tableOf(key)) : SESSION_KEY.test(key);
}

/** A number alone is a counter. */
function holdsOne({ entry: { type, text } }: Seen): boolean {
  return HOLDS_ONE.includes(type) && !/^-?\d+$/.test(text);
}
