import { isMade } from '../learn/learn-record.ts';
import { childPath } from '../learn/learning.ts';
import { knownText, renderTemplate } from '../values/template.ts';
import { type Fields, member } from '../values/value.ts';
import type { Check, CheckContext } from './checking.ts';
import { cut, renderExpected, show } from './describe.ts';
import type { Difference, Expected, Named } from './expectation.ts';
import { matchText } from './match-text.ts';

/** How many members are tried at most for each one whose name varies. */
const TRIES_PER_NAME = 50;

/** How a record differs from what was expected. */
export function checkRecord(
  expected: Extract<Expected, { kind: 'record' }>,
  actual: Fields,
  context: CheckContext,
  check: Check,
): Difference[] {
  const { fields, optional, named, open } = expected;
  const known = [...fields].flatMap(([key, field]) =>
    check(field, member(actual, key), { ...context, path: childPath(context.path, key) }),
  );
  const added = new Set(Object.keys(actual).filter((key) => !fields.has(key) && !optional.has(key)));
  const missing = named.flatMap((one) => checkNamed(one, { actual, added, context, check }));
  return [
    ...known,
    ...missing,
    ...[...added]
      .filter((key) => !(open && isMade(key)))
      .map((key) => ({ path: childPath(context.path, key), expected: 'nothing', actual: show(member(actual, key)) })),
  ];
}

interface Search {
  readonly actual: Fields;
  /** Members that stand for nothing yet; the one that is found is taken out. */
  readonly added: Set<string>;
  readonly context: CheckContext;
  readonly check: Check;
}

/**
 * Looks for the member that stands for this one: of those with a name that fits, the first that is as expected, else the first. Among too
 * many the record's path is noted and nothing is said of it.
 */
function checkNamed({ name, value }: Named, { actual, added, context, check }: Search): Difference[] {
  let nearest: { key: string; differences: Difference[] } | null = null;
  const text = knownText(name, context);
  const candidates = text === null ? [...added] : added.has(text) ? [text] : [];
  for (const key of candidates.slice(0, TRIES_PER_NAME)) {
    const seen = context.seen.fork();
    const fresh = matchText(name, key, { ...context, seen });
    if (fresh === null) continue;
    for (const [label, text] of fresh) seen.set(label, text);
    const differences = check(value, member(actual, key), { ...context, seen, path: childPath(context.path, key) });
    nearest ??= { key, differences };
    if (differences.length > 0) continue;
    context.seen.adopt(seen);
    added.delete(key);
    return [];
  }
  if (candidates.length > TRIES_PER_NAME) {
    context.tooAlike.push(context.path);
    return [];
  }
  if (nearest !== null) added.delete(nearest.key);
  const path = childPath(context.path, renderTemplate(name, context));
  return nearest?.differences ?? [{ path, expected: cut(renderExpected(value, context)), actual: 'nothing' }];
}
