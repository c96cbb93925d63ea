import { isAlike } from '../compare/alike.ts';
import type { Expected } from '../compare/expectation.ts';
import { losesOwn } from '../values/own-values.ts';
import { isList, isRecord, member, sameValue, type Value } from '../values/value.ts';
import type { Learn, LearnContext, ValueSample } from './learning.ts';

/** How many items are compared with each other at most when common ones are sought. */
const MAX_COMPARISONS = 40_000;

/**
 * What lists have in common. Equal lengths: item by item, after sorting where only the order differs. Different lengths:
 * the items that every list holds, recognised by being equal up to values already seen in their own play.
 */
export function learnList(samples: readonly ValueSample[], context: LearnContext, learn: Learn): Expected {
  const lists = samples.map((sample) => (isList(sample.value) ? sample.value : []));
  const [first = []] = lists;
  if (!lists.every((list) => list.length === first.length)) return learnCommon(samples, lists, { context, learn });
  const sorted = sortAlike(lists);
  const anyOrder = sorted !== lists;
  if (anyOrder) context.noise.push({ path: context.path, as: 'order' });
  const items = first.map((_, at) =>
    learn(
      samples.map((sample, index) => ({ ...sample, value: sorted[index]?.[at] ?? null })),
      { ...context, path: `${context.path}[${at}]` },
    ),
  );
  return { kind: 'list', items, anyOrder };
}

/** The lists in one common order if they hold the same things in different orders; otherwise the very same lists. */
function sortAlike(lists: readonly (readonly Value[])[]): readonly (readonly Value[])[] {
  const [first = []] = lists;
  const raw = lists.map((list) => list.map((item) => JSON.stringify(item)));
  if (sameTexts(raw)) return lists;
  const byText = (list: readonly Value[], texts: readonly string[]) =>
    list.map((item, at) => ({ item, text: texts[at] ?? '' })).sort((a, b) => order(a.text, b.text));
  const sorted = lists.map((list, index) => byText(list, raw[index] ?? []));
  if (sameTexts(sorted.map((list) => list.map(({ text }) => text)))) return sorted.map((list) => list.map(({ item }) => item));
  const key = Object.keys(isRecord(first[0]) ? first[0] : {}).find((name) => identifies(lists, name));
  if (key === undefined || sameTexts(lists.map((list) => list.map((item) => scalar(item, key))))) return lists;
  return lists.map((list) => [...list].sort((a, b) => order(scalar(a, key), scalar(b, key))));
}

/** Whether a field has the same set of values in every list, all different within a list. */
function identifies(lists: readonly (readonly Value[])[], key: string): boolean {
  const values = lists.map((list) => list.map((item) => scalar(item, key)).sort(order));
  return sameTexts(values) && (values[0] ?? []).every((value, index, all) => value !== '' && value !== all[index - 1]);
}

function scalar(item: Value, key: string): string {
  const value = isRecord(item) ? member(item, key) : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sameTexts(lists: readonly (readonly string[])[]): boolean {
  const [first = []] = lists;
  return lists.every((list) => list.length === first.length && list.every((text, at) => text === first[at]));
}

function learnCommon(
  samples: readonly ValueSample[],
  lists: readonly (readonly Value[])[],
  { context, learn }: { context: LearnContext; learn: Learn },
): Expected {
  context.noise.push({ path: context.path, as: 'list of varying length' });
  if (losesOwn(samples)) context.lost.push(context.path);
  const [own, ...others] = samples;
  if (own === undefined) return { kind: 'some', items: [] };
  let left = MAX_COMPARISONS;
  const items = (lists[0] ?? []).flatMap((item, at): Expected[] => {
    const matches = others.map((other, index) => {
      const list = lists[index + 1] ?? [];
      left -= list.length;
      return left < 0 ? undefined : counterpart({ ...own, value: item }, other, list);
    });
    if (matches.some((match) => match === undefined)) return [];
    const chosen = [{ ...own, value: item }, ...others.map((other, index) => ({ ...other, value: matches[index] ?? null }))];
    return [learn(chosen, { ...context, path: `${context.path}[${at}]` })];
  });
  return { kind: 'some', items };
}

/**
 * The item of another control's list that stands for the same thing. One that is equal only through values of its own play is
 * preferred to one that is equal to the letter: a shared list still holds what the earlier control put there.
 */
function counterpart(item: ValueSample, other: ValueSample, list: readonly Value[]): Value | undefined {
  let equal: Value | undefined;
  for (const candidate of list) {
    if (!isAlike(item, { ...other, value: candidate })) continue;
    if (!sameValue(candidate, item.value)) return candidate;
    equal ??= candidate;
  }
  return equal;
}
