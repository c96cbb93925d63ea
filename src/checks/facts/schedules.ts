import type { IdleWatch } from '../../model/evidence.ts';
import type { Held } from '../../model/stores.ts';

/** Something that an idle app does as often as it has processes. */
export interface DuplicateEffect extends Omit<Held, 'count'> {
  /** How often one process did it, in each watch. */
  readonly alone: readonly number[];
  /** How often several did, in each. */
  readonly many: readonly number[];
  readonly processes: number;
  readonly ms: number;
}

/** Several that do each what one does are this much more, at least, in all watches together. */
const LEAST_RATIO = 2.4;

/** What grew about as many times as much as there were processes more, in every watch. */
export function duplicateEffects(watches: readonly IdleWatch[]): DuplicateEffect[] {
  const processes = Math.max(1, ...watches.map((watch) => watch.processes));
  const many = watches.filter((watch) => watch.processes === processes && processes > 1);
  const [first] = many;
  if (first === undefined) return [];
  const alone = watches.filter((watch) => watch.processes === 1 && watch.ms === first.ms);
  return first.effects.flatMap(({ service, key }) => {
    const counts = (of: readonly IdleWatch[]) =>
      of.map(({ effects }) => effects.find((one) => one.service === service && one.key === key)?.count ?? 0);
    const [single, several] = [counts(alone), counts(many)];
    const total = (of: readonly number[]) => of.reduce((sum, count) => sum + count, 0);
    const isAlways = single.length > 1 && single.every((count) => count > 0) && Math.min(...several) >= 2 * Math.max(...single);
    const isMore = total(several) / several.length >= (LEAST_RATIO * total(single)) / single.length;
    return isAlways && isMore ? [{ service, key, alone: single, many: several, processes, ms: first.ms }] : [];
  });
}
