import { DISTINCTIVE } from './seen.ts';

/**
 * Whether a value that stands in two replies of a play ties them: it is the visitor's own, or it is long enough to be no coincidence, or it
 * is called like the name of a thing. A short count that two pages show is equal by chance.
 */
export function isClaim(label: string, value: string): boolean {
  if (label.startsWith('sent:') || value.length >= DISTINCTIVE) return true;
  const key = keyOf(label);
  return NAMING_KEY.test(key) || key === 'redirect';
}

/** Keys whose values name one thing: the same value twice means that it was handed out twice. */
export const NAMING_KEY =
  /(?:^|[._-])(?:id|uuid|guid|number|no|seq|sequence|code|token|ticket|order|invoice|receipt|reference)$|Id$|Number$/;

/** The name of the field that a value was first seen in: its label is `step:path.to.field#number`. */
export function keyOf(label: string): string {
  const end = label.lastIndexOf('#');
  const path = end === -1 ? label : label.slice(0, end);
  const name = path.slice(Math.max(path.lastIndexOf('.'), path.lastIndexOf(':')) + 1);
  const bracket = name.indexOf('[');
  return bracket === -1 ? name : name.slice(0, bracket);
}
