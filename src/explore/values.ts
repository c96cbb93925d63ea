import { email, type Identity, password, userName } from './identity.ts';

/** A value that somebody is asked for, as far as anything is known of it. */
export interface Field {
  readonly name: string;
  /** An HTML input type, or a JSON type. */
  readonly type: string;
  /** What stands beside it for people to read. */
  readonly label?: string;
  readonly autocomplete?: string;
  /** A regular expression that the whole value must match. */
  readonly pattern?: string;
  readonly min?: string;
  readonly max?: string;
  readonly step?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Values to choose from. */
  readonly options?: readonly string[];
}

const DATES: Readonly<Record<string, string>> = {
  date: '2030-01-15',
  time: '10:30',
  'datetime-local': '2030-01-15T10:30',
  'date-time': '2030-01-15T10:30:00Z',
  month: '2030-01',
  week: '2030-W03',
  color: '#336699',
};

/** Words of names, and what people write there; the first that fits counts. `thing`: what is being made, in a word. */
const BY_NAME: readonly (readonly [RegExp, (who: Identity, thing: string) => string])[] = [
  [/e-?mail/, (who) => email(who)],
  [/pass(?:word|wd|phrase|code)?\b|\bpwd\b|\bpw\b|secret/, (who) => password(who)],
  [/user-?\s?name|login|\bnick(?:name)?|handle|screen ?name|account ?name|\bname of user|^user$|member/, (who) => userName(who)],
  [/first ?name|given ?name|forename/, () => 'Ada'],
  [/last ?name|family ?name|surname/, () => 'Lovelace'],
  [/full ?name|your name|display ?name|author|real ?name|contact/, () => 'Ada Lovelace'],
  [/phone|mobile|\btel\b/, () => '+15550100123'],
  [/zip|post(?:al)? ?code/, () => '12345'],
  [/street|address/, () => '1 Main Street'],
  [/\bcity|town/, () => 'London'],
  [/country/, () => 'US'],
  [/state|province|region/, () => 'NY'],
  [/company|organi[sz]ation/, () => 'Example Ltd'],
  [/url|website|homepage|link/, () => 'https://example.com/'],
  [/date|birth|\bday\b|deadline|due/, () => '2030-01-15'],
  [/time\b/, () => '10:30'],
  [/currency/, () => 'EUR'],
  [/lang(?:uage)?|locale/, () => 'en'],
  [/colou?r/, () => '#336699'],
  [/\bage\b/, () => '30'],
  [/year/, () => '2030'],
  [/price|amount|cost|total|balance|rating|score|stars|weight/, () => '5'],
  [/qty|quantity|count|number|size|limit|page|\bn\b/, () => '1'],
  [/search|query|keyword|^q$|^s$|term/, () => 'tea'],
  [
    /message|text|body|comment|content|description|note|bio|about|summary|review|details/,
    ({ id }, thing) => `A ${thing} of tea ${id}`,
  ],
  [/tag|category|label|kind|type|group|topic/, () => 'tea'],
  [/slug|key|code|sku|ref/, ({ id }) => `tea-${id}`],
];

/** What a person would write there. Numbers and truth values as text. */
export function valueFor(field: Field, who: Identity, thing = 'note'): string {
  const { type, options, pattern } = field;
  if (options !== undefined && options.length > 0) return options.find((option) => option !== '') ?? '';
  if (/^(?:boolean|checkbox)$/.test(type)) return 'true';
  if (/^(?:number|integer|range)$/.test(type)) return numberFor(field);
  const date = DATES[type];
  const plain = date === undefined ? fitted(textFor(field, who, thing), field) : within(date, field);
  return pattern === undefined || matchesWhole(plain, pattern) ? plain : (likePattern(field, who) ?? plain);
}

function textFor({ type, name, label = '', autocomplete = '' }: Field, who: Identity, thing: string): string {
  if (type === 'email') return email(who);
  if (type === 'password') return password(who);
  if (type === 'tel') return '+15550100123';
  if (type === 'url' || type === 'uri') return 'https://example.com/';
  if (type === 'search') return 'tea';
  if (type === 'uuid') return `${who.id}-0000-4000-8000-000000000000`;
  for (const text of [autocomplete, name, label]) {
    const words = asWords(text);
    const found = BY_NAME.find(([pattern]) => pattern.test(words));
    if (words !== '' && found !== undefined) return found[1](who, thing);
  }
  return `Tea ${who.id}`;
}

/** `shippingAddress_line1` is `shipping address line1`. */
export function asWords(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .toLowerCase();
}

/** Within its bounds, on its steps. */
function numberFor({ name, label = '', min, max, step }: Field): string {
  const [low, high] = [Number(min ?? Number.NaN), Number(max ?? Number.NaN)];
  const words = `${asWords(name)} ${asWords(label)}`;
  const wish = /age\b/.test(words) ? 30 : /year/.test(words) ? 2030 : /price|amount|cost/.test(words) ? 5 : 1;
  const bounded = Math.min(Number.isNaN(high) ? wish : high, Number.isNaN(low) ? wish : Math.max(low, wish));
  const by = Number(step);
  return String(by > 0 && !Number.isNaN(low) ? low + Math.ceil((bounded - low) / by) * by : bounded);
}

/** A date within its bounds, which are written alike (HTML, 2.3.5). */
function within(date: string, { min, max }: Field): string {
  if (max !== undefined && max !== '' && date > max) return max;
  return min !== undefined && date < min ? min : date;
}

/** As long as it may be: what is told apart stays, what is cut off are words. */
function fitted(text: string, { minLength = 0, maxLength }: Field): string {
  const long = text.padEnd(minLength, 'a');
  if (maxLength === undefined || maxLength <= 0 || long.length <= maxLength) return long;
  return long.slice(-maxLength).trimStart().padEnd(Math.min(minLength, maxLength), 'a');
}

function matchesWhole(text: string, pattern: string): boolean {
  const whole = compiled(`^(?:${pattern})$`);
  return whole === null || whole.test(text);
}

function compiled(pattern: string): RegExp | null {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return null;
  }
}

/** The most that is tried: patterns come from the app, and are none of ours. */
const MAX_PATTERN = 200;

/** Another value that matches; `null` if none of the customary ones does. */
function likePattern({ pattern = '', minLength = 1, maxLength = 64 }: Field, { id }: Identity): string | null {
  if (pattern.length > MAX_PATTERN) return null;
  const digits = String(Number.parseInt(id, 16)).padStart(16, '1');
  const letters = id.replace(/\d/g, (digit) => String.fromCharCode(103 + Number(digit)));
  const stems = [letters, letters.toUpperCase(), `ada${letters}`, `A${letters}`, digits, `ada_${id}`, `+1${digits.slice(0, 10)}`];
  for (let length = Math.min(64, maxLength); length >= Math.max(1, minLength); length--)
    for (const stem of stems)
      if (stem.length >= length && matchesWhole(stem.slice(0, length), pattern)) return stem.slice(0, length);
  const shapes = [
    '555-0100',
    '555-010-0123',
    '(555) 010-0123',
    '12345-6789',
    'AB-1234',
    'ABC123',
    'AB12 3CD',
    '12/30',
    '2030-01-15',
  ];
  return shapes.find((shape) => matchesWhole(shape, pattern)) ?? null;
}
