import type { ValueSample } from './learning.ts';
import { DISTINCTIVE, type Seen } from './seen.ts';
import { scalarsOf, type Value } from './value.ts';
import { wordAt } from './words.ts';

/** Texts are searched for the visitor's own values up to this length in all. */
const MAX_SEARCHED = 200_000;
const MAX_HELD = 20;

/**
 * Whether a value of the visitor's own (the play sent it, or an earlier reply of the play issued it) is there in one sample and
 * missing in another. Such a disagreement is lost data, not noise.
 */
export function losesOwn(samples: readonly ValueSample[]): boolean {
  const own = samples.map((sample) => ownLabels(sample.value, sample.seen));
  return own.some((labels) => [...labels].some((label) => isOwn(label, samples) && own.some((others) => !others.has(label))));
}

/** Labels of the visitor's own values that every sample holds, the oldest of those with the same values, at most `MAX_HELD`. */
export function heldByAll(samples: readonly ValueSample[]): string[] {
  const [first = new Set<string>(), ...others] = samples.map((sample) => ownLabels(sample.value, sample.seen));
  const held = [...first].filter((label) => isOwn(label, samples) && others.every((labels) => labels.has(label)));
  const byValues = new Map(
    held.map((label) => [JSON.stringify(samples.map(({ seen }) => seen.get(label))), label] as const).reverse(),
  );
  return [...byValues.values()].reverse().slice(0, MAX_HELD);
}

/** Whether it stands for another value in every play. */
function isOwn(label: string, samples: readonly ValueSample[]): boolean {
  const values = samples.map(({ seen }) => seen.get(label));
  return values.every((value) => value !== undefined && value !== '') && new Set(values).size === values.length;
}

/** Labels of this play's values that a tree holds: distinctive ones anywhere, others only under a key of the same name. */
function ownLabels(value: Value, seen: Seen): Set<string> {
  const found = new Set<string>();
  let left = MAX_SEARCHED;
  for (const { key, text } of scalarsOf(value)) {
    left -= text.length;
    if (left < 0) break;
    for (let at = 0; at < text.length; ) {
      for (const label of seen.standingAt(text, at)) {
        const known = seen.get(label) ?? '';
        if (!text.startsWith(known, at)) continue;
        if (known.length >= DISTINCTIVE || (known === text && keyOf(label) === key)) found.add(label);
      }
      at += Math.max(1, wordAt(text, at).length);
    }
  }
  return found;
}

/** The name of the field that a value was first seen in: its label is `step:path.to.field#number`. */
export function keyOf(label: string): string {
  const end = label.lastIndexOf('#');
  const path = end === -1 ? label : label.slice(0, end);
  const name = path.slice(Math.max(path.lastIndexOf('.'), path.lastIndexOf(':')) + 1);
  const bracket = name.indexOf('[');
  return bracket === -1 ? name : name.slice(0, bracket);
}
