import { wordAt } from './words.ts';

/** Shorter values are recognised only as whole words: `7` must not be found within `17`. */
export const DISTINCTIVE = 6;

/** Longer values are recognised only as whole words, or as all the rest of a text. */
const MAX_WITHIN = 64;
/** Of many labels with one value only the oldest are considered. */
const MAX_ALIASES = 32;

/**
 * Values met so far in one play, by label, oldest first. A fork sees what its origin holds; what is added to the fork stays there
 * until it is adopted.
 */
export class Seen {
  readonly #origin: Seen | null;
  readonly #values = new Map<string, string>();
  #index: ValueIndex | null = null;

  constructor(entries: Iterable<readonly [label: string, value: string]> = [], origin: Seen | null = null) {
    this.#origin = origin;
    for (const [label, value] of entries) this.set(label, value);
  }

  get(label: string): string | undefined {
    return this.#values.get(label) ?? this.#origin?.get(label);
  }

  set(label: string, value: string): void {
    if (this.#values.get(label) === value) return;
    this.#values.set(label, value);
    this.#index?.add(label, value);
  }

  fork(): Seen {
    return new Seen([], this);
  }

  /** Takes over what a fork has added. */
  adopt(fork: Seen): void {
    for (const [label, value] of fork.#values) this.set(label, value);
  }

  /** Own values, without those of the origin. */
  entries(): Iterable<readonly [label: string, value: string]> {
    return this.#values;
  }

  /** Labels whose value stands at a place of a text: of longer values first, then the older. */
  *standingAt(text: string, at: number): Generator<string> {
    this.#index ??= new ValueIndex(this.#values);
    const chain = this.#origin === null ? [this.#index] : [...this.#indexes()];
    const lengths = new Set(chain.flatMap((index) => index.lengthsAt(text, at)));
    for (const length of [...lengths].sort((a, b) => b - a)) {
      const value = text.slice(at, at + length);
      if (value.length < length || !standsAlone(text, at, value)) continue;
      for (const index of chain) yield* index.labels(value);
    }
  }

  /** Indexes from the oldest origin to this one. */
  *#indexes(): Generator<ValueIndex> {
    if (this.#origin !== null) yield* this.#origin.#indexes();
    this.#index ??= new ValueIndex(this.#values);
    yield this.#index;
  }
}

/** Whether a value stands at a place of a text, and not as a mere part of a word. */
export function startsWithValue(text: string, at: number, value: string): boolean {
  return value !== '' && text.startsWith(value, at) && standsAlone(text, at, value);
}

function standsAlone(text: string, at: number, value: string): boolean {
  return value.length >= DISTINCTIVE || !/^[\p{L}\p{N}]/u.test(text.slice(at + value.length, at + value.length + 2));
}

/** Finds labels by value, in time that does not depend on how many there are. */
class ValueIndex {
  readonly #labels = new Map<string, string[]>();
  readonly #short = new Set<number>();
  readonly #long = new Set<number>();

  constructor(values: Iterable<readonly [label: string, value: string]>) {
    for (const [label, value] of values) this.add(label, value);
  }

  add(label: string, value: string): void {
    if (value === '') return;
    const labels = this.#labels.get(value);
    if (labels === undefined) this.#labels.set(value, [label]);
    else if (labels.length < MAX_ALIASES) labels.push(label);
    (value.length <= MAX_WITHIN ? this.#short : this.#long).add(value.length);
  }

  labels(value: string): readonly string[] {
    return this.#labels.get(value) ?? [];
  }

  /** Lengths of values that may stand there. */
  lengthsAt(text: string, at: number): number[] {
    const lengths = [...this.#short];
    if (this.#long.size === 0) return lengths;
    if (this.#long.has(text.length - at)) lengths.push(text.length - at);
    const word = wordAt(text, at).length;
    return this.#long.has(word) ? [...lengths, word] : lengths;
  }
}
