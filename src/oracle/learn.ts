import type { Expected, Noise, ScalarType } from './expectation.ts';
import { learnList } from './learn-list.ts';
import { isTimeNumber, splitTimes } from './shape.ts';
import { learnText, type Seen } from './template.ts';
import { isList, isRecord, sameValue, type Value } from './value.ts';

/** One control's view of the same part of the same reply. */
export interface ValueSample {
  readonly value: Value;
  readonly seen: Seen;
  readonly playedAt: string;
}

export interface LearnContext {
  /** Where the part is: `body.items[0].id`. */
  readonly path: string;
  /** Makes a label that no other value has. */
  readonly mint: (path: string) => string;
  /** Field patterns never compared. */
  readonly ignored: (path: string) => boolean;
  readonly noise: Noise[];
}

/** What all samples have in common, as an expectation for later plays. Fresh values are added to every sample's `seen`. */
export function learn(samples: readonly ValueSample[], context: LearnContext): Expected {
  const [first] = samples;
  if (first === undefined) throw new Error('nothing to learn from');
  const values = samples.map((sample) => sample.value);
  if (context.ignored(context.path)) return masked(values, context, 'ignored');
  if (values.every(isRecord)) return learnRecord(samples, context);
  if (values.every(isList)) return learnList(samples, context, learn);
  if (values.every((value) => typeof value === 'string' || typeof value === 'number')) return learnScalar(samples, context);
  if (values.every((value) => sameValue(value, first.value))) return { kind: 'exact', value: first.value };
  return masked(values, context, 'varying');
}

/** The path of a named part. */
export function childPath(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function learnRecord(samples: readonly ValueSample[], context: LearnContext): Expected {
  const records = samples.map((sample) => (isRecord(sample.value) ? sample.value : {}));
  const keys = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const optional = new Set(keys.filter((key) => records.some((record) => !(key in record))));
  const fields = new Map<string, Expected>();
  for (const key of keys) {
    const path = childPath(context.path, key);
    if (optional.has(key)) {
      context.noise.push({ path, as: 'sometimes absent' });
      continue;
    }
    const children = samples.map((sample, index) => ({ ...sample, value: records[index]?.[key] ?? null }));
    fields.set(key, learn(children, { ...context, path }));
  }
  return { kind: 'record', fields, optional };
}

function learnScalar(samples: readonly ValueSample[], context: LearnContext): Expected {
  const [first] = samples;
  const same = samples.every((sample) => sample.value === first?.value);
  const key = context.path.slice(context.path.lastIndexOf('.') + 1);
  if (samples.every(({ value, playedAt }) => typeof value === 'number' && isTimeNumber(value, key, playedAt))) {
    context.noise.push({ path: context.path, as: 'time' });
    return { kind: 'time' };
  }
  if (same && first !== undefined && !splitTimes(String(first.value), first.playedAt).some((piece) => piece.time)) {
    return { kind: 'exact', value: first.value };
  }
  const texts = samples.map(({ value, seen, playedAt }) => ({ text: String(value), seen, playedAt }));
  const template = learnText(texts, () => context.mint(context.path));
  for (const part of template) {
    if (part.kind === 'time') context.noise.push({ path: context.path, as: 'time' });
    if (part.kind === 'fresh') context.noise.push({ path: context.path, as: [...part.shapes].join(' or ') });
  }
  return { kind: 'text', template, types: new Set(samples.map((sample) => typeof sample.value as ScalarType)) };
}

function masked(values: readonly Value[], context: LearnContext, as: string): Expected {
  context.noise.push({ path: context.path, as });
  return { kind: 'any', types: as === 'ignored' ? new Set() : new Set(values.map(typeName)) };
}

/** The JSON type of a value: `null` and `array` apart from `object`. */
export function typeName(value: Value): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
