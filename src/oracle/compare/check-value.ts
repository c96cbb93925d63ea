import { typeName } from '../learn/learning.ts';
import { DISTINCTIVE } from '../values/seen.ts';
import { isList, isRecord, sameValue, type Value } from '../values/value.ts';
import { checkRecord } from './check-record.ts';
import type { CheckContext } from './checking.ts';
import { cut, renderExpected, show } from './describe.ts';
import type { Difference, Expected } from './expectation.ts';
import { matchText } from './match-text.ts';
import { checkAnyOrder } from './unordered.ts';

/** How a value differs from what was expected; empty if it does not. Fresh values are added to `seen`. */
export function check(expected: Expected, actual: Value | undefined, context: CheckContext): Difference[] {
  if (actual === undefined) return [differ(expected, actual, context)];
  switch (expected.kind) {
    case 'exact':
      return sameValue(expected.value, actual) ? [] : [differ(expected, actual, context)];
    case 'time':
      return typeof actual === 'number' ? [] : [differ(expected, actual, context)];
    case 'any':
      return expected.types.size === 0 || expected.types.has(typeName(actual)) ? [] : [differ(expected, actual, context)];
    case 'text':
      return checkText(expected, actual, context);
    case 'record':
      return isRecord(actual) ? checkRecord(expected, actual, context, check) : [differ(expected, actual, context)];
    case 'list':
      return checkList(expected, actual, context);
    case 'some':
      return isList(actual) ? checkAnyOrder(expected.items, actual, context, check) : [differ(expected, actual, context)];
  }
}

function checkText(expected: Extract<Expected, { kind: 'text' }>, actual: Value, context: CheckContext): Difference[] {
  if (typeof actual !== 'string' && typeof actual !== 'number') return [differ(expected, actual, context)];
  if (!expected.types.has(typeof actual === 'number' ? 'number' : 'string')) return [differ(expected, actual, context)];
  const fresh = matchText(expected.template, String(actual), context);
  if (fresh === null) return [differ(expected, actual, context)];
  const missing = missingIn(String(actual), expected.holds, context);
  if (missing !== null)
    return [{ path: context.path, expected: cut(`a text with ${JSON.stringify(missing)}`), actual: show(actual) }];
  for (const [label, value] of fresh) context.seen.set(label, value);
  return [];
}

/** The first of this play's own values that a text must hold and does not. Short ones could stand there by chance. */
function missingIn(text: string, labels: readonly string[], { seen, wild }: CheckContext): string | null {
  const values = labels.filter((label) => !wild.has(label)).map((label) => seen.get(label) ?? '');
  return values.find((value) => value.length >= DISTINCTIVE && !text.includes(value)) ?? null;
}

function checkList(expected: Extract<Expected, { kind: 'list' }>, actual: Value, context: CheckContext): Difference[] {
  const { items, anyOrder } = expected;
  if (!isList(actual) || items.length !== actual.length) return [differ(expected, actual, context)];
  const ordered = context.seen.fork();
  const inOrder = items.flatMap((item, at) =>
    check(item, actual[at], { ...context, seen: ordered, path: `${context.path}[${at}]` }),
  );
  if (anyOrder && inOrder.length > 0) return checkAnyOrder(items, actual, context, check);
  context.seen.adopt(ordered);
  return inOrder;
}

function differ(expected: Expected, actual: Value | undefined, context: CheckContext): Difference {
  return { path: context.path, expected: cut(renderExpected(expected, context)), actual: show(actual) };
}
