import { type Known, knownText } from '../values/template.ts';
import { scalarsOf, type Value } from '../values/value.ts';
import type { Check, CheckContext } from './checking.ts';
import { cut, renderExpected, show } from './describe.ts';
import type { Difference, Expected } from './expectation.ts';

/** How many items are tried at most for one list, for every item that is looked for. */
const TRIES_PER_ITEM = 50;
const MAX_MISSING = 20;

/**
 * Finds for every expected item one of its own among the actual ones, in any order. Candidates are looked up by a value that the item
 * must hold, so that lists are compared in time that grows with their length; where all items are too much alike for that, the
 * list's path is noted and nothing is said of it.
 */
export function checkAnyOrder(
  items: readonly Expected[],
  actual: readonly Value[],
  context: CheckContext,
  check: Check,
): Difference[] {
  const taken = new Set<number>();
  const holders = indexScalars(actual);
  let tries = TRIES_PER_ITEM * (items.length + 1);
  let shown: string | null = null;
  const missing: Difference[] = [];
  for (const item of items) {
    let found = false;
    for (const at of candidates(item, holders, { count: actual.length, context })) {
      if (taken.has(at)) continue;
      if (tries-- <= 0) {
        context.tooAlike.push(context.path);
        return [];
      }
      const fork = context.seen.fork();
      if (check(item, actual[at], { ...context, seen: fork }).length > 0) continue;
      context.seen.adopt(fork);
      taken.add(at);
      found = true;
      break;
    }
    if (found || missing.length >= MAX_MISSING) continue;
    shown ??= show(actual);
    missing.push({ path: context.path, expected: cut(`a list with ${renderExpected(item, context)}`), actual: shown });
  }
  return missing;
}

/** For every value under every key, the items that hold it. */
function indexScalars(items: readonly Value[]): Map<string, number[]> {
  const holders = new Map<string, number[]>();
  for (const [at, item] of items.entries())
    for (const { key, text } of scalarsOf(item)) {
      const place = `${key}\n${text}`;
      const list = holders.get(place);
      if (list === undefined) holders.set(place, [at]);
      else if (list.at(-1) !== at) list.push(at);
    }
  return holders;
}

/** Items that hold the rarest of the values that the expected one must hold; all, if nothing of it is known. */
function candidates(
  expected: Expected,
  holders: ReadonlyMap<string, readonly number[]>,
  { count, context }: { count: number; context: Known },
): Iterable<number> {
  let best: readonly number[] | null = null;
  for (const { key, text } of demanded(expected, context)) {
    const holding = holders.get(`${key}\n${text}`) ?? [];
    if (best === null || holding.length < best.length) best = holding;
    if (best.length <= 1) break;
  }
  return best ?? Array.from({ length: count }, (_, at) => at);
}

/** Values that whatever meets the expectation holds, with their keys. */
function* demanded(expected: Expected, known: Known, key = ''): Generator<{ readonly key: string; readonly text: string }> {
  if (expected.kind === 'exact') yield* scalarsOf(expected.value, key);
  else if (expected.kind === 'record') for (const [name, field] of expected.fields) yield* demanded(field, known, name);
  else if (expected.kind === 'list' || expected.kind === 'some')
    for (const item of expected.items) yield* demanded(item, known, key);
  else if (expected.kind === 'text') {
    const text = knownText(expected.template, known);
    if (text !== null) yield { key, text };
  }
}
