import type { Random } from '../../trials/random.ts';

/** For every step the process that serves it, 0 or 1. */
export type Row = readonly (0 | 1)[];

/** The ways in which three steps can fall on two processes, up to swapping them, other than all on one. */
export const TRIPLE_PATTERNS = ['AAB', 'ABA', 'ABB'] as const;

/** The patterns as placements, in the same order. */
const PLACEMENTS: readonly (readonly [0 | 1, 0 | 1, 0 | 1])[] = [
  [0, 0, 1],
  [0, 1, 0],
  [0, 1, 1],
];

/** Which patterns have been played. */
export interface Cover {
  has(i: number, j: number, k: number, pattern: number): boolean;
}

/**
 * Strength 2: ⌈log2 n⌉ rows in which every two of n steps are split at least once, because two different numbers differ in
 * a bit. Row b puts step j on process bit b of j.
 */
export function splitEveryPair(steps: number): Row[] {
  const rows = steps < 2 ? 0 : Math.ceil(Math.log2(steps));
  return Array.from({ length: rows }, (_, bit) => Array.from({ length: steps }, (_, step) => ((step >> bit) & 1) as 0 | 1));
}

/**
 * Strength 3: rows that, after `start`, bring every triple of steps into all of AAB, ABA and ABB. Greedy: each row is built
 * step by step, each step taking the process that leaves the larger expected number of new patterns (the method of
 * conditional expectations: Bryce & Colbourn, "A density-based greedy algorithm for higher strength covering arrays",
 * 2009); the better of a few candidates is kept. Ties are broken by `random`.
 */
export function splitEveryTriple(steps: number, random: Random, { start, covered, pins }: TripleOptions): Row[] {
  const open = openPatterns(steps, covered);
  for (const row of start) open.close(row);
  const rows: Row[] = [];
  while (open.count() > 0) {
    const candidates = Array.from({ length: CANDIDATES }, () =>
      pins === undefined ? greedyRow(steps, open, random) : pinnedRow(steps, open, { pins, random }),
    );
    const best = candidates.reduce((a, b) => (open.gain(b) > open.gain(a) ? b : a));
    open.close(best);
    rows.push(best);
  }
  return rows;
}

export interface TripleOptions {
  /** Rows that are played in any case. */
  readonly start: readonly Row[];
  /** Patterns that need not be played. */
  readonly covered?: Cover;
  /** Steps that must stay together; every pattern that they make impossible must be `covered`. */
  readonly pins?: { readonly units: readonly (readonly number[])[] };
}

const CANDIDATES = 8;

/** Pattern of three placements as an index into `TRIPLE_PATTERNS`; -1 if all are equal. */
export function patternOf(a: number, b: number, c: number): number {
  if (a === b) return b === c ? -1 : 0;
  return a === c ? 1 : 2;
}

interface OpenPatterns {
  count(): number;
  isOpen(i: number, j: number, k: number, pattern: number): boolean;
  /** Open patterns that have `i` and `j` as their first two steps, by pattern. */
  following(i: number, j: number, pattern: number): number;
  gain(row: Row): number;
  /** The placement of three steps that makes the first open pattern. */
  first(): ReadonlyMap<number, 0 | 1>;
  close(row: Row): void;
}

function openPatterns(steps: number, covered?: Cover): OpenPatterns {
  const closed = new Uint8Array(steps ** 3 * 3);
  const next = new Int32Array(steps ** 2 * 3);
  let count = 0;
  const at = (i: number, j: number, k: number, pattern: number) => ((i * steps + j) * steps + k) * 3 + pattern;
  forTriples(steps, (i, j, k) => {
    for (let pattern = 0; pattern < 3; pattern++) {
      if (covered?.has(i, j, k, pattern)) closed[at(i, j, k, pattern)] = 1;
      else {
        count++;
        next[(i * steps + j) * 3 + pattern] = (next[(i * steps + j) * 3 + pattern] ?? 0) + 1;
      }
    }
  });
  const isOpen = (i: number, j: number, k: number, pattern: number) => pattern >= 0 && closed[at(i, j, k, pattern)] === 0;
  return {
    count: () => count,
    isOpen,
    following: (i, j, pattern) => next[(i * steps + j) * 3 + pattern] ?? 0,
    gain(row) {
      let gain = 0;
      forTriples(steps, (i, j, k) => {
        if (isOpen(i, j, k, patternOf(row[i] ?? 0, row[j] ?? 0, row[k] ?? 0))) gain++;
      });
      return gain;
    },
    first() {
      const found: { placement: ReadonlyMap<number, 0 | 1> }[] = [];
      forTriples(steps, (i, j, k) => {
        if (found.length > 0) return;
        const pattern = [0, 1, 2].find((candidate) => isOpen(i, j, k, candidate));
        if (pattern === undefined) return;
        const [a, b, c] = PLACEMENTS[pattern] ?? [0, 0, 0];
        found.push({
          placement: new Map([
            [i, a],
            [j, b],
            [k, c],
          ]),
        });
      });
      return found[0]?.placement ?? new Map();
    },
    close(row) {
      forTriples(steps, (i, j, k) => {
        const pattern = patternOf(row[i] ?? 0, row[j] ?? 0, row[k] ?? 0);
        if (!isOpen(i, j, k, pattern)) return;
        closed[at(i, j, k, pattern)] = 1;
        next[(i * steps + j) * 3 + pattern] = (next[(i * steps + j) * 3 + pattern] ?? 0) - 1;
        count--;
      });
    },
  };
}

function greedyRow(steps: number, open: OpenPatterns, random: Random): Row {
  const row: (0 | 1)[] = [0];
  for (let step = 1; step < steps; step++) {
    const [zero, one] = [expectedGain(row, step, { bit: 0, open }), expectedGain(row, step, { bit: 1, open })];
    row.push(zero === one ? (random() < 0.5 ? 0 : 1) : zero > one ? 0 : 1);
  }
  return row;
}

/** A row that keeps units together: made for the first open pattern, chance for the rest. */
function pinnedRow(
  steps: number,
  open: OpenPatterns,
  { pins, random }: { pins: { readonly units: readonly (readonly number[])[] }; random: Random },
): Row {
  const wanted = open.first();
  const row: (0 | 1)[] = Array.from({ length: steps }, () => 0);
  for (const unit of pins.units) {
    const bit = unit.flatMap((step) => wanted.get(step) ?? [])[0] ?? (random() < 0.5 ? 0 : 1);
    for (const step of unit) row[step] = bit;
  }
  return row;
}

/** New patterns completed by giving `bit` to `step`, plus half of those that it leaves within reach of one more step. */
function expectedGain(row: Row, step: number, { bit, open }: { bit: 0 | 1; open: OpenPatterns }): number {
  let gain = 0;
  for (let j = 0; j < step; j++) {
    const other = row[j] ?? 0;
    for (let i = 0; i < j; i++) if (open.isOpen(i, j, step, patternOf(row[i] ?? 0, other, bit))) gain++;
    if (other === bit) gain += open.following(j, step, 0) / 2;
    else gain += (open.following(j, step, 1) + open.following(j, step, 2)) / 2;
  }
  return gain;
}

/** Calls back for every i < j < k below n. */
export function forTriples(n: number, visit: (i: number, j: number, k: number) => void): void {
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) for (let k = j + 1; k < n; k++) visit(i, j, k);
}
