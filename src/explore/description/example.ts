import { sample } from 'openapi-sampler';
import type { Identity } from '../identity.ts';
import { valueFor } from '../values.ts';

/** A schema of OpenAPI or JSON Schema, of which nothing is believed. */
export type Schema = Readonly<Record<string, unknown>>;

const MAX_DEPTH = 8;
/** Whose value must be another for everybody. */
const OWN = /user_?name|e-?mail|login|nick|handle|slug/i;
/** What the sampler writes where a schema says nothing of a text. */
const GENERIC = /^(?:string)+(?:s(?:t(?:r(?:i(?:n)?)?)?)?)?$|^s(?:t(?:r(?:in?)?)?)?$/;

/** Who is asked for a value, and in which document its schema stands. */
export interface ExampleOptions {
  readonly spec: object;
  readonly who: Identity;
  /** What is being made, in a word. */
  readonly thing: string;
}

/**
 * A value that fits a schema: its examples and defaults, else what a person would write there. Members that only the app can set are left out.
 * `null` for a schema that cannot be read.
 */
export function exampleOf(schema: Schema, name: string, options: ExampleOptions): unknown {
  try {
    const sampled: unknown = sample(schema, { skipReadOnly: true, quiet: true, maxSampleDepth: MAX_DEPTH }, options.spec);
    return asWritten(sampled, schema, { ...options, name, depth: 0 });
  } catch {
    // A description that lies is of no use.
    return null;
  }
}

interface At extends ExampleOptions {
  readonly name: string;
  readonly depth: number;
}

/** An example as this person would write it: with his own name, and in words. */
export function asWritten(value: unknown, given: Schema, at: At): unknown {
  const { name, depth, who, thing } = at;
  const schema = resolved(given, at.spec);
  if (depth > MAX_DEPTH) return value;
  if (Array.isArray(value))
    return value.slice(0, 3).map((inner) => asWritten(inner, record(schema.items), { ...at, depth: depth + 1 }));
  if (typeof value === 'object' && value !== null) {
    const properties = propertiesOf(schema, 0);
    const needed = Array.isArray(schema.required) ? schema.required : [];
    // Of what holds itself there is an end.
    const isEndless = (key: string) => record(properties[key]).$ref !== undefined && !needed.includes(key);
    const inner = (key: string) => ({ ...at, name: key, depth: depth + 1 });
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, one]) =>
        isEndless(key) ? [] : [[key, asWritten(one, record(properties[key]), inner(key))]],
      ),
    );
  }
  if (isChosen(schema)) return value;
  const hasOwn = ['example', 'examples', 'default'].some((key) => schema[key] !== undefined);
  if (typeof value === 'number')
    return value === 0 && !hasOwn ? Number(valueFor({ name, ...bounds(schema, 'number') }, who)) : value;
  if (typeof value !== 'string') return value;
  const { format } = schema;
  const isOpen = GENERIC.test(value) || (!hasOwn && (format === 'email' || format === 'password'));
  if (!isOpen && !OWN.test(name)) return value;
  return valueFor({ name, ...bounds(schema, typeof format === 'string' ? format : 'string') }, who, thing);
}

/** Whether it is one of a few, or has a form that only its author knows. */
function isChosen({ enum: options, const: only, pattern }: Schema): boolean {
  return options !== undefined || only !== undefined || pattern !== undefined;
}

/** What a reference that is left names in the same document (RFC 6901): those that lead back to themselves are. */
function resolved(schema: Schema, spec: object): Schema {
  const pointer = schema.$ref;
  if (typeof pointer !== 'string' || !pointer.startsWith('#/')) return schema;
  const parts = pointer
    .slice(2)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  return parts.reduce<Schema>((at, part) => record(at[part]), record(spec));
}

function bounds({ minimum, maximum, minLength, maxLength }: Schema, type: string) {
  const text = (value: unknown) => (typeof value === 'number' ? String(value) : undefined);
  const [min, max] = [text(minimum), text(maximum)];
  return {
    type,
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(typeof minLength === 'number' ? { minLength: Math.min(minLength, 1000) } : {}),
    ...(typeof maxLength === 'number' ? { maxLength } : {}),
  };
}

/** Members of an object, those of its parts as well. */
export function propertiesOf(schema: Schema, depth: number): Schema {
  if (depth > MAX_DEPTH) return {};
  const parts = ['allOf', 'oneOf', 'anyOf'].flatMap((key) => {
    const all = schema[key];
    return Array.isArray(all) ? (key === 'allOf' ? all : all.slice(0, 1)) : [];
  });
  return Object.assign({}, ...parts.map((part) => propertiesOf(record(part), depth + 1)), record(schema.properties)) as Schema;
}

/** An object, whatever is there. */
export function record(value: unknown): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : {};
}
