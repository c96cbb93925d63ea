import { UserError } from '../../errors.ts';

/** Means of generating values: a seeded source of numbers in [0, 1) and a clock. */
export interface Sources {
  readonly random: () => number;
  readonly now: () => Date;
  /** Values of a `.env` file beside the session. */
  readonly dotenv?: (name: string) => string | undefined;
}

type Generator = (args: readonly string[], sources: Sources) => string;

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const BOTH_CASES = LETTERS + LETTERS.toUpperCase();
const ALPHANUMERIC = `${LETTERS}0123456789_`;
const HEXADECIMAL = '0123456789abcdef';
const MAX_LENGTH = 1024;

/** Draws anew in every play. Those that depend on the clock or the machine are not `generated` values of a play. */
const GENERATORS: Readonly<Record<string, Generator>> = {
  uuid: (_, sources) => uuid(sources.random),
  guid: (_, sources) => uuid(sources.random),
  'random.uuid': (_, sources) => uuid(sources.random),
  randomInt: (args, sources) => integer(args, [0, 1000], sources.random),
  'random.integer': (args, sources) => integer(args, [0, 1000], sources.random),
  'random.float': (args, { random }) => {
    const [low, high] = bounds(args, [0, 1000]);
    return String(low + (high - low) * random());
  },
  'random.alphabetic': (args, { random }) => text(BOTH_CASES, args, random),
  'random.alphanumeric': (args, { random }) => text(ALPHANUMERIC, args, random),
  'random.hexadecimal': (args, { random }) => text(HEXADECIMAL, args, random),
  'random.email': (_, { random }) => `${text(LETTERS, ['12'], random)}@example.com`,
  timestamp: (args, { now }) => String(Math.floor(shifted(now(), args).getTime() / 1000)),
  isoTimestamp: (_, { now }) => now().toISOString(),
  datetime: (args, { now }) => datetime(args, now()),
  localDatetime: (args, { now }) => datetime(args, now()),
};

/** What more of a value may consist of. */
const ELASTIC: Readonly<Record<string, string>> = {
  uuid: HEXADECIMAL,
  guid: HEXADECIMAL,
  'random.uuid': HEXADECIMAL,
  'random.alphabetic': BOTH_CASES,
  'random.alphanumeric': ALPHANUMERIC,
  'random.hexadecimal': HEXADECIMAL,
};

const TIMELY = new Set(['timestamp', 'isoTimestamp', 'datetime', 'localDatetime']);

/** Names of the values that can be generated, as written after `$`. */
export const GENERATED_NAMES: readonly string[] = Object.keys(GENERATORS);

const NUMBERS = new Set(['randomInt', 'random.integer', 'random.float']);
const DATES = new Set(['datetime', 'localDatetime']);
/** Fields of a format of dates. */
const FIELDS = /YYYY|MM|DD|HH|mm|SSS|ss|X|x/g;
const TEXTS = new Set(['random.alphabetic', 'random.alphanumeric', 'random.hexadecimal']);

/** Why a value of the kind `name` cannot be made with these arguments; `null` if it can. */
export function whatIsWrong(name: string, args: readonly string[]): string | null {
  const numbers = args.map(Number);
  if (NUMBERS.has(name)) {
    const [low = 0, high] = numbers.length > 1 ? numbers : [0, numbers[0] ?? 1];
    if (numbers.length > 2 || !numbers.every(Number.isFinite)) return 'it takes two numbers';
    if (high === undefined || low >= high) return 'the second number, which is excluded, must be greater than the first';
  }
  if (TEXTS.has(name)) {
    const [length = 10] = numbers;
    if (numbers.length > 1 || !Number.isInteger(length) || length < 1 || length > MAX_LENGTH)
      return `it takes one length from 1 to ${MAX_LENGTH}`;
  }
  if (DATES.has(name)) {
    const [format = 'iso8601', ...offset] = args;
    if (!/^(?:iso8601|rfc1123)$/.test(format) && format.search(FIELDS) === -1)
      return `${format} is no format: it takes iso8601, rfc1123 or one such as "YYYY-MM-DD"`;
    return wrongOffset(offset);
  }
  if (name === 'timestamp') return wrongOffset(args);
  return NUMBERS.has(name) || TEXTS.has(name) || args.length === 0 ? null : 'it takes no arguments';
}

function wrongOffset(args: readonly string[]): string | null {
  const [amount, unit = ''] = args;
  if (amount === undefined) return null;
  const isOffset =
    args.length === 2 && Number.isFinite(Number(amount)) && (unit === 'M' || unit === 'y' || Object.hasOwn(UNIT_MS, unit));
  return isOffset ? null : `${args.join(' ')} is no offset: it takes a number and one of ${Object.keys(UNIT_MS).join(', ')}, M, y`;
}

/** Whether a generated value tells the time rather than being drawn. */
export function isTimely(name: string): boolean {
  return TIMELY.has(name);
}

/** A new value of the kind `name`; a `UserError` if there is no such kind. */
export function generate(name: string, args: readonly string[], sources: Sources): string {
  const generator = Object.hasOwn(GENERATORS, name) ? GENERATORS[name] : undefined;
  if (generator === undefined)
    throw new UserError(
      'session-unknown-variable',
      `{{$${name}}} is not known`,
      `Known: ${GENERATED_NAMES.map((known) => `$${known}`).join(', ')}.`,
    );
  return generator(args, sources);
}

/** A text of the kind `name` with so many more characters of its own; other kinds of values as they are. */
export function lengthened(
  name: string,
  value: string,
  { by, random }: { readonly by: number; readonly random: Sources['random'] },
): string {
  const alphabet = ELASTIC[name];
  return by === 0 || alphabet === undefined ? value : value + text(alphabet, [String(by)], random);
}

/** RFC 4122, version 4. */
function uuid(random: () => number): string {
  return 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replace(/[xy]/g, (place) => {
    const digit = Math.floor(random() * 16);
    return (place === 'x' ? digit : (digit & 3) | 8).toString(16);
  });
}

/** Between the bounds, the upper one excluded, as both editors do it. */
function integer(args: readonly string[], fallback: readonly [number, number], random: () => number): string {
  const [low, high] = bounds(args, fallback);
  return String(Math.floor(low + random() * Math.max(1, high - low)));
}

function bounds(args: readonly string[], fallback: readonly [number, number]): readonly [number, number] {
  const numbers = args.map(Number).filter(Number.isFinite);
  const [first, second] = numbers;
  if (first === undefined) return fallback;
  return second === undefined ? [0, first] : [Math.min(first, second), Math.max(first, second)];
}

function text(alphabet: string, args: readonly string[], random: () => number): string {
  const length = Math.min(MAX_LENGTH, Math.max(1, Math.trunc(Number(args[0] ?? 10)) || 10));
  return Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
}

function datetime(args: readonly string[], now: Date): string {
  const [format = 'iso8601', ...offset] = args;
  const moment = shifted(now, offset);
  if (format === 'rfc1123') return moment.toUTCString();
  if (format === 'iso8601') return moment.toISOString();
  return custom(format.replace(/^["']|["']$/g, ''), moment);
}

function custom(format: string, moment: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const fields: Readonly<Record<string, string>> = {
    YYYY: String(moment.getUTCFullYear()),
    MM: two(moment.getUTCMonth() + 1),
    DD: two(moment.getUTCDate()),
    HH: two(moment.getUTCHours()),
    mm: two(moment.getUTCMinutes()),
    ss: two(moment.getUTCSeconds()),
    SSS: String(moment.getUTCMilliseconds()).padStart(3, '0'),
    X: String(Math.floor(moment.getTime() / 1000)),
    x: String(moment.getTime()),
  };
  return format.replace(FIELDS, (field) => fields[field] ?? field);
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Moved by an offset such as `-3 d`; months and years by the calendar. */
function shifted(now: Date, [amount, unit]: readonly string[]): Date {
  const count = Math.trunc(Number(amount));
  if (unit === undefined || !Number.isFinite(count)) return now;
  const moved = new Date(now);
  if (unit === 'M') moved.setUTCMonth(now.getUTCMonth() + count);
  else if (unit === 'y') moved.setUTCFullYear(now.getUTCFullYear() + count);
  else moved.setTime(now.getTime() + count * (UNIT_MS[unit] ?? 0));
  return Number.isNaN(moved.getTime()) ? now : moved;
}
