import type { Seen } from './template.ts';

/** Keys whose values name one thing: the same value twice means that it was handed out twice. */
const NAMING_KEY = /(^|[._-])(id|uuid|guid|number|no|seq|sequence|code|token|ticket|order|invoice|receipt|reference)$|Id$|Number$/;

/**
 * For every label, the earlier labels of the same key whose values differed from its own in every control: in a trial they
 * must differ too.
 */
export function distinctLabels(controls: readonly Seen[]): Map<string, string[]> {
  const labels = [...(controls[0]?.keys() ?? [])].filter((label) => NAMING_KEY.test(keyOf(label)));
  const result = new Map<string, string[]>();
  for (const [at, label] of labels.entries()) {
    const earlier = labels
      .slice(0, at)
      .filter(
        (other) =>
          keyOf(other) === keyOf(label) && controls.every((seen) => !seen.has(label) || seen.get(other) !== seen.get(label)),
      );
    if (earlier.length > 0) result.set(label, earlier);
  }
  return result;
}

function keyOf(label: string): string {
  return label
    .replace(/#\d+$/, '')
    .replace(/\[\d+\]/g, '')
    .replace(/^.*[.:]/, '');
}
