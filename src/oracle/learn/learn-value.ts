import type { Expected, ScalarType } from '../compare/expectation.ts';
import { losesOwn, ownValues } from '../values/own-values.ts';
import { isMomentNumber, splitTimes } from '../values/shape.ts';
import { isList, isRecord, sameValue, type Value } from '../values/value.ts';
import { learnList } from './learn-list.ts';
import { learnRecord } from './learn-record.ts';
import { learnText } from './learn-text.ts';
import { type LearnContext, typeName, type ValueSample } from './learning.ts';

/** What all samples have in common, as an expectation for later plays. Fresh values are added to every sample's `seen`. */
export function learn(samples: readonly ValueSample[], context: LearnContext): Expected {
  const [first] = samples;
  if (first === undefined) throw new Error('nothing to learn from');
  const values = samples.map((sample) => sample.value);
  if (context.ignored(context.path)) return masked(values, context, 'ignored');
  if (values.every(isRecord)) return learnRecord(samples, context, learn);
  if (values.every(isList)) return learnList(samples, context, learn);
  if (values.every((value) => typeof value === 'string' || typeof value === 'number')) return learnScalar(samples, context);
  if (values.every((value) => sameValue(value, first.value))) return { kind: 'exact', value: first.value };
  if (losesOwn(samples)) context.lost.push(context.path);
  return masked(values, context, 'varying');
}

function learnScalar(samples: readonly ValueSample[], context: LearnContext): Expected {
  const [first] = samples;
  if (samples.every(({ value, playedAt }) => typeof value === 'number' && isMomentNumber(value, playedAt))) {
    context.noise.push({ path: context.path, as: 'time' });
    return { kind: 'time' };
  }
  const same = samples.every((sample) => sample.value === first?.value);
  if (same && first !== undefined && !tellsMoment(first)) return { kind: 'exact', value: first.value };
  const own = ownValues(samples);
  if (own.lost) context.lost.push(context.path);
  // Measures such as 0.7 have no parts: as texts they would have a 0 in common.
  if (samples.every(({ value }) => typeof value === 'number') && samples.some(({ value }) => !Number.isInteger(value)))
    return masked(
      samples.map(({ value }) => value),
      context,
      'number',
    );
  const texts = samples.map(({ value, seen, playedAt }) => ({ text: String(value), seen, playedAt }));
  const template = learnText(texts, () => context.mint(context.path));
  for (const part of template) {
    if (part.kind === 'time') context.noise.push({ path: context.path, as: 'time' });
    if (part.kind === 'fresh') context.noise.push({ path: context.path, as: [...part.shapes].join(' or ') });
  }
  // What is compared word by word tells of every value that stands in it; what varies in length does not.
  const holds = template.some((part) => part.kind === 'fresh' && part.extent === 'rest') ? own.held : [];
  return { kind: 'text', template, types: new Set(samples.map((sample) => typeof sample.value as ScalarType)), holds };
}

function tellsMoment({ value, playedAt }: ValueSample): boolean {
  return splitTimes(String(value), playedAt).some(({ kind }) => kind === 'moment');
}

function masked(values: readonly Value[], context: LearnContext, as: string): Expected {
  context.noise.push({ path: context.path, as });
  return { kind: 'any', types: as === 'ignored' ? new Set() : new Set(values.map(typeName)) };
}
