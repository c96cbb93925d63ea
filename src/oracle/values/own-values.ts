import type { ValueSample } from '../learn/learning.ts';
import { isClaim, keyOf } from './claims.ts';
import { DISTINCTIVE, type Seen } from './seen.ts';
import { scalarsOf, type Value } from './value.ts';
import { wordAt } from './words.ts';

/** Texts are searched for the visitor's own values up to this length in all. */
const MAX_SEARCHED = 200_000;
const MAX_HELD = 20;

/** Which values of the visitor's own samples hold: the play sent them, or an earlier reply of the play issued them. */
export interface OwnValues {
  /** One is there in one sample and missing in another. Such a disagreement is lost data, not noise. */
  readonly lost: boolean;
  /** Labels of those that every sample holds, one for each value, at most `MAX_HELD`. */
  readonly held: readonly string[];
}

export function ownValues(samples: readonly ValueSample[]): OwnValues {
  const sets = samples.map((sample) => ownLabels(sample.value, sample.seen));
  const labels = [...new Set(sets.flatMap((set) => [...set]))].filter((label) => isOwn(label, samples));
  const inAll = labels.filter((label) => sets.every((set) => set.has(label)));
  const isLost = labels.some((label) => {
    const holders = sets.filter((set) => set.has(label)).length;
    return holders < sets.length && (holders * 2 >= sets.length || !mayBeDrawn(label, samples));
  });
  const byValue = new Map<string | undefined, string>();
  for (const label of inAll) {
    const value = samples[0]?.seen.get(label);
    if (!byValue.has(value)) byValue.set(value, label);
  }
  return { lost: isLost, held: [...byValue.values()].slice(0, MAX_HELD) };
}

/** Whether a value of the visitor's own is there in one sample and missing in another. */
export function losesOwn(samples: readonly ValueSample[]): boolean {
  return ownValues(samples).lost;
}

/** Whether it stands for another value in every play. */
function isOwn(label: string, samples: readonly ValueSample[]): boolean {
  const values = samples.map(({ seen }) => seen.get(label));
  return values.every((value) => value !== undefined && value !== '') && new Set(values).size === values.length;
}

/**
 * Whether its values may be drawn from a few, as quotes and banners are: the app made them, and they are words. Such a value that stands in a
 * minority of the samples stands there by coincidence.
 */
function mayBeDrawn(label: string, samples: readonly ValueSample[]): boolean {
  return !label.startsWith('sent:') && samples.every(({ seen }) => /^[\p{L}\p{P}\s]*$/u.test(seen.get(label) ?? ''));
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
        if (!isClaim(label, known)) continue;
        if (known.length >= DISTINCTIVE || (known === text && keyOf(label) === key)) found.add(label);
      }
      at += Math.max(1, wordAt(text, at).length);
    }
  }
  return found;
}
