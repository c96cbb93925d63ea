import { keyOf, NAMING_KEY } from '../values/claims.ts';
import type { Seen } from '../values/seen.ts';
import type { Difference } from './expectation.ts';

/** Of the labels with one value only the oldest are considered. */
const MAX_ALIASES = 32;

/** Follows the values of one play by the key that they stand under, to find what was handed out twice. */
export class Handouts {
  readonly #controls: readonly Seen[];
  readonly #labels: Map<string, readonly string[]>;

  constructor(controls: readonly Seen[], labels: Iterable<readonly [string, readonly string[]]> = []) {
    this.#controls = controls;
    this.#labels = new Map(labels);
  }

  fork(): Handouts {
    return new Handouts(this.#controls, this.#labels);
  }

  /**
   * Takes a fresh value of a play. A difference if an earlier value of the same key is the same, although those two differed in
   * every control.
   */
  take(label: string, value: string): Difference | null {
    const key = keyOf(label);
    if (value === '' || !NAMING_KEY.test(key)) return null;
    const place = `${key}\n${value}`;
    const labels = this.#labels.get(place) ?? [];
    const twin = labels.find((earlier) => this.#alwaysDiffered(earlier, label));
    if (labels.length < MAX_ALIASES && !labels.includes(label)) this.#labels.set(place, [...labels, label]);
    if (twin === undefined) return null;
    return {
      path: fieldOf(label),
      expected: `another value than at step ${Number.parseInt(twin, 10) + 1}`,
      actual: JSON.stringify(value),
    };
  }

  #alwaysDiffered(a: string, b: string): boolean {
    return this.#controls.every((seen) => seen.get(a) !== undefined && (seen.get(b) === undefined || seen.get(a) !== seen.get(b)));
  }
}

function fieldOf(label: string): string {
  return label.slice(label.indexOf(':') + 1).replace(/#\d+$/, '');
}
