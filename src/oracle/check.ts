import type { Difference, Expected } from './expectation.ts';
import { childPath, typeName } from './learn.ts';
import { matchText, renderTemplate, type Seen } from './template.ts';
import { isList, isRecord, sameValue, type Value } from './value.ts';

export interface CheckContext {
  readonly path: string;
  /** Values of this play by label; fresh ones are added. */
  readonly seen: Seen;
  /** Labels whose values are bound to a process: they match anything. */
  readonly wild: ReadonlySet<string>;
}

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
      return checkRecord(expected, actual, context);
    case 'list':
      return checkList(expected.items, actual, context);
    case 'some':
      return isList(actual) ? checkSome(expected.items, actual, context) : [differ(expected, actual, context)];
  }
}

function checkText(expected: Extract<Expected, { kind: 'text' }>, actual: Value, context: CheckContext): Difference[] {
  if (typeof actual !== 'string' && typeof actual !== 'number') return [differ(expected, actual, context)];
  if (!expected.types.has(typeof actual === 'number' ? 'number' : 'string')) return [differ(expected, actual, context)];
  const fresh = matchText(expected.template, String(actual), context);
  if (fresh === null) return [differ(expected, actual, context)];
  for (const [label, value] of fresh) context.seen.set(label, value);
  return [];
}

function checkRecord(expected: Extract<Expected, { kind: 'record' }>, actual: Value, context: CheckContext): Difference[] {
  if (!isRecord(actual)) return [differ(expected, actual, context)];
  const known = [...expected.fields].flatMap(([key, field]) =>
    check(field, actual[key], { ...context, path: childPath(context.path, key) }),
  );
  const added = Object.keys(actual).filter((key) => !expected.fields.has(key) && !expected.optional.has(key));
  return [
    ...known,
    ...added.map((key) => ({ path: childPath(context.path, key), expected: 'nothing', actual: show(actual[key]) })),
  ];
}

function checkList(items: readonly Expected[], actual: Value, context: CheckContext): Difference[] {
  if (!isList(actual)) return [differ({ kind: 'list', items }, actual, context)];
  if (items.length !== actual.length) return [differ({ kind: 'list', items }, actual, context)];
  const trial = new Map(context.seen);
  const inOrder = items.flatMap((item, at) => check(item, actual[at], { ...context, seen: trial, path: `${context.path}[${at}]` }));
  if (inOrder.length > 0 && checkSome(items, actual, context).length === 0) return [];
  for (const [label, value] of trial) context.seen.set(label, value);
  return inOrder;
}

/** Finds for every expected item one of its own among the actual ones, in any order. */
function checkSome(items: readonly Expected[], actual: readonly Value[], context: CheckContext): Difference[] {
  const left = [...actual];
  return items.flatMap((item): Difference[] => {
    const at = left.findIndex((candidate) => {
      const trial = new Map(context.seen);
      if (check(item, candidate, { ...context, seen: trial }).length > 0) return false;
      for (const [label, value] of trial) context.seen.set(label, value);
      return true;
    });
    if (at === -1) return [{ path: context.path, expected: `a list with ${render(item, context)}`, actual: show(actual) }];
    left.splice(at, 1);
    return [];
  });
}

function differ(expected: Expected, actual: Value | undefined, context: CheckContext): Difference {
  return { path: context.path, expected: render(expected, context), actual: show(actual) };
}

/** The expectation in words, with the values that this play makes known. */
function render(expected: Expected, context: CheckContext): string {
  switch (expected.kind) {
    case 'exact':
      return show(expected.value);
    case 'time':
      return '‹time›';
    case 'any':
      return '‹any›';
    case 'text': {
      const text = renderTemplate(expected.template, context);
      return expected.types.has('number') ? text : JSON.stringify(text);
    }
    case 'record':
      return `{${[...expected.fields].map(([key, field]) => `${JSON.stringify(key)}:${render(field, context)}`).join(',')}}`;
    case 'list':
      return `[${expected.items.map((item) => render(item, context)).join(',')}]`;
    case 'some':
      return `[${[...expected.items.map((item) => render(item, context)), '…'].join(',')}]`;
  }
}

function show(value: Value | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
