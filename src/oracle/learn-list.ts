import type { Expected } from './expectation.ts';
import type { LearnContext, ValueSample } from './learn.ts';
import { isList, isRecord, sameValue, type Value } from './value.ts';

type Learn = (samples: readonly ValueSample[], context: LearnContext) => Expected;

/** Longer lists that differ in length are not searched for common items. */
const MAX_SEARCHED = 200;

/**
 * What lists have in common. Equal lengths: item by item, after sorting where only the order differs. Different lengths:
 * the items that every list holds, recognised by being equal up to values already seen in their own play.
 */
export function learnList(samples: readonly ValueSample[], context: LearnContext, learn: Learn): Expected {
  const lists = samples.map((sample) => (isList(sample.value) ? sample.value : []));
  const [first = []] = lists;
  if (!lists.every((list) => list.length === first.length)) return learnCommon(samples, lists, { context, learn });
  const sorted = sortAlike(lists);
  if (sorted.some((list, index) => list.some((item, at) => item !== lists[index]?.[at])))
    context.noise.push({ path: context.path, as: 'order' });
  const items = first.map((_, at) =>
    learn(
      samples.map((sample, index) => ({ ...sample, value: sorted[index]?.[at] ?? null })),
      { ...context, path: `${context.path}[${at}]` },
    ),
  );
  return { kind: 'list', items };
}

/** The lists in one common order if they hold the same things in different orders; otherwise as they are. */
function sortAlike(lists: readonly (readonly Value[])[]): readonly (readonly Value[])[] {
  const [first = []] = lists;
  const raw = lists.map((list) => list.map((item) => JSON.stringify(item)));
  if (raw.every((list) => list.join() === raw[0]?.join())) return lists;
  const byText = (list: readonly Value[]) => [...list].sort((a, b) => order(JSON.stringify(a), JSON.stringify(b)));
  if (sameTexts(lists.map((list) => byText(list).map((item) => JSON.stringify(item))))) return lists.map(byText);
  const key = Object.keys(isRecord(first[0]) ? first[0] : {}).find((name) => identifies(lists, name));
  if (key === undefined) return lists;
  return lists.map((list) => [...list].sort((a, b) => order(scalar(a, key), scalar(b, key))));
}

/** Whether a field has the same set of values in every list, all different within a list. */
function identifies(lists: readonly (readonly Value[])[], key: string): boolean {
  const values = lists.map((list) => list.map((item) => scalar(item, key)).sort(order));
  return sameTexts(values) && (values[0] ?? []).every((value, index, all) => value !== '' && value !== all[index - 1]);
}

function scalar(item: Value, key: string): string {
  const value = isRecord(item) ? item[key] : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sameTexts(lists: readonly (readonly string[])[]): boolean {
  return lists.every((list) => JSON.stringify(list) === JSON.stringify(lists[0]));
}

function learnCommon(
  samples: readonly ValueSample[],
  lists: readonly (readonly Value[])[],
  { context, learn }: { context: LearnContext; learn: Learn },
): Expected {
  context.noise.push({ path: context.path, as: 'list of varying length' });
  if (lists.some((list) => list.length > MAX_SEARCHED)) return { kind: 'some', items: [] };
  const [own, ...others] = samples;
  if (own === undefined) return { kind: 'some', items: [] };
  const items = (lists[0] ?? []).flatMap((item, at): Expected[] => {
    const matches = others.map((other, index) =>
      counterpart({ ...own, value: item }, other, { list: lists[index + 1] ?? [], context, learn }),
    );
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
function counterpart(
  item: ValueSample,
  other: ValueSample,
  { list, context, learn }: { list: readonly Value[]; context: LearnContext; learn: Learn },
): Value | undefined {
  const found = list.filter((candidate) => alike(item, { ...other, value: candidate }, { context, learn }));
  return found.find((candidate) => !sameValue(candidate, item.value)) ?? found[0];
}

/** Whether two items agree but for times and values their plays had seen before. Nothing is learned by asking. */
function alike(a: ValueSample, b: ValueSample, { context, learn }: { context: LearnContext; learn: Learn }): boolean {
  const noise: LearnContext['noise'] = [];
  const copies = [a, b].map((sample) => ({ ...sample, seen: new Map(sample.seen) }));
  let minted = 0;
  learn(copies, { ...context, noise, mint: () => `tentative ${minted++}` });
  return noise.every((entry) => entry.as === 'time' || entry.as === 'order');
}
