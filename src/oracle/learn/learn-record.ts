import type { Expected, Named } from '../compare/expectation.ts';
import { losesOwn } from '../values/own-values.ts';
import { type Fields, isRecord, member } from '../values/value.ts';
import { learnText } from './learn-text.ts';
import { childPath, type Learn, type LearnContext, type ValueSample } from './learning.ts';

/** More members whose names vary are not told apart. */
const MAX_NAMED = 50;

/**
 * What records have in common: their members by name; those whose name is a value of the play itself or made anew in each play, such as
 * a cookie with a nonce in its name or a line of a cart under its id; and which ones are there only sometimes.
 */
export function learnRecord(samples: readonly ValueSample[], context: LearnContext, learn: Learn): Expected {
  const records = samples.map(({ value }): Fields => (isRecord(value) ? value : {}));
  const keys = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const common = new Set(keys.filter((key) => records.every((record) => Object.hasOwn(record, key))));
  const children = (names: readonly string[]) =>
    samples.map((sample, index) => ({ ...sample, value: member(records[index] ?? {}, names[index] ?? '') ?? null }));
  const fields = new Map<string, Expected>();
  for (const key of common)
    fields.set(key, learn(children(samples.map(() => key)), { ...context, path: childPath(context.path, key) }));

  const sets = namesOfOneThing(samples, records, common);
  const path = childPath(context.path, '*');
  const named = sets.map((names): Named => {
    context.noise.push({ path, as: 'name' });
    // A name made anew is no value that later replies have to repeat: it may well hang on the process, by its port.
    const texts = samples.map(({ seen, playedAt }, index) => ({ text: names[index] ?? '', seen: seen.fork(), playedAt }));
    return { name: learnText(texts, () => context.mint(path)), value: learn(children(names), { ...context, path }) };
  });

  const isNamed = (key: string, index: number) => sets.some((names) => names[index] === key);
  const optional = new Set(
    records.flatMap((record, index) => Object.keys(record).filter((key) => !common.has(key) && !isNamed(key, index))),
  );
  for (const key of optional) {
    const ownPath = childPath(context.path, key);
    context.noise.push({ path: ownPath, as: 'sometimes absent' });
    if (losesOwn(children(samples.map(() => key)))) context.lost.push(ownPath);
  }
  return { kind: 'record', fields, optional, named, open: optional.size > 0 && [...optional].every(isMade) };
}

/** Whether a name looks like one that no programmer has given. */
export function isMade(name: string): boolean {
  return /\d/.test(name) || name.length >= 24;
}

/** Names, one for each sample, that stand for the same thing: values known to the play by one label, or all that only one record has. */
function namesOfOneThing(
  samples: readonly ValueSample[],
  records: readonly Fields[],
  common: ReadonlySet<string>,
): readonly string[][] {
  // In a record that grows the other plays' members are there as well, the first one's in all of them.
  const known = Object.keys(records[0] ?? {}).flatMap((key) => {
    const names = namesByLabel(key, samples).find((one) => one.every((name, index) => Object.hasOwn(records[index] ?? {}, name)));
    return names === undefined ? [] : [names];
  });
  const taken = new Set(known.flat());
  const left = records.map((record) => Object.keys(record).filter((name) => !common.has(name) && !taken.has(name)));
  const count = left[0]?.length ?? 0;
  const areMade =
    count <= MAX_NAMED &&
    left.every((names, index) => {
      const isOwn = (name: string) => isMade(name) && !left.some((other, at) => at !== index && other.includes(name));
      return names.length === count && names.every(isOwn);
    });
  const all = areMade ? [...known, ...(left[0] ?? []).map((_, at) => left.map((names) => names[at] ?? ''))] : known;
  return all.slice(0, MAX_NAMED);
}

/** What the labels that stand for a name in the first sample stand for in every sample; only those that differ everywhere. */
function namesByLabel(key: string, samples: readonly ValueSample[]): string[][] {
  const labels = [...(samples[0]?.seen.standingAt(key, 0) ?? [])];
  return labels
    .map((label) => samples.map(({ seen }) => seen.get(label) ?? ''))
    .filter((names) => names[0] === key && new Set(names).size === names.length);
}
