import { learnText } from '../learn/learn-text.ts';
import type { ValueSample } from '../learn/learning.ts';
import { isMomentNumber } from '../values/shape.ts';
import { isList, isRecord, member } from '../values/value.ts';

/** Whether two values agree but for times and values that their plays had seen before. Nothing is learned by asking. */
export function isAlike(a: ValueSample, b: ValueSample): boolean {
  if (isRecord(a.value) && isRecord(b.value)) {
    const [own, other] = [a.value, b.value];
    const keys = Object.keys(own);
    return (
      keys.length === Object.keys(other).length &&
      keys.every(
        (key) =>
          Object.hasOwn(other, key) && isAlike({ ...a, value: own[key] ?? null }, { ...b, value: member(other, key) ?? null }),
      )
    );
  }
  if (isList(a.value) && isList(b.value)) {
    const other = b.value;
    return (
      a.value.length === other.length &&
      a.value.every((item, at) => isAlike({ ...a, value: item }, { ...b, value: other[at] ?? null }))
    );
  }
  if (a.value === b.value) return true;
  if (!isScalar(a.value) || !isScalar(b.value)) return false;
  if ([a, b].every(({ value, playedAt }) => typeof value === 'number' && isMomentNumber(value, playedAt))) return true;
  const samples = [a, b].map(({ value, seen, playedAt }) => ({ text: String(value), seen: seen.fork(), playedAt }));
  return learnText(samples, () => 'tentative').every((part) => part.kind !== 'fresh');
}

function isScalar(value: ValueSample['value']): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
