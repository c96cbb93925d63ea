import { byMode, type Coverage } from '../../model/coverage.ts';
import { type RestartMode, STANDS_FOR } from '../../model/schedule.ts';
import { type Cover, forTriples, patternOf, TRIPLE_PATTERNS } from './families.ts';
import type { Pins } from './pins.ts';

interface Scope {
  readonly judged: readonly number[];
  readonly pins: Pins;
  readonly steps: number;
  /** Steps after these fetch assets. */
  readonly ownSteps: number;
}

/** Keeps account of which patterns of steps have really been played and judged. */
export class CoverageAccount implements Cover {
  readonly #pairs = new Set<string>();
  readonly #triples = new Set<string>();
  readonly #restarts = byMode(() => new Set<number>());
  readonly #implied = byMode(() => new Set<number>());
  readonly #wiped = new Set<number>();
  cutShort: string | null = null;

  /** Counts a placement as played for the steps before `end` (all that could be judged before the first divergence, and that step itself). */
  placed(placement: readonly number[], end: number): void {
    for (let j = 0; j < end; j++) {
      for (let i = 0; i < j; i++) {
        if (placement[i] !== placement[j]) this.#pairs.add(`${i},${j}`);
        for (let h = 0; h < i; h++) {
          const pattern = patternOf(placement[h] ?? 0, placement[i] ?? 0, placement[j] ?? 0);
          if (pattern >= 0) this.#triples.add(`${h},${i},${j},${pattern}`);
        }
      }
    }
  }

  /** Counts a restart before `step` as played. */
  restarted(mode: RestartMode, step: number): void {
    this.#restarts[mode].add(step);
  }

  wasRestarted(mode: RestartMode, step: number): boolean {
    return this.#restarts[mode].has(step);
  }

  /** Takes it that weaker restarts before `step` lose nothing, as this one lost nothing in a trial that was as expected to its end. */
  imply(mode: RestartMode, step: number): void {
    for (const weaker of STANDS_FOR[mode] ?? []) this.#implied[weaker].add(step);
  }

  isImplied(mode: RestartMode, step: number): boolean {
    return this.#implied[mode].has(step);
  }

  /** Takes nothing for granted any more: a weaker restart has done harm of its own. */
  doubt(): void {
    for (const steps of Object.values(this.#implied)) steps.clear();
  }

  /** Counts a wipe before `step` as played. */
  wiped(step: number): void {
    this.#wiped.add(step);
  }

  wasWiped(step: number): boolean {
    return this.#wiped.has(step);
  }

  split(i: number, j: number): boolean {
    return this.#pairs.has(`${i},${j}`);
  }

  has(i: number, j: number, k: number, pattern: number): boolean {
    return this.#triples.has(`${i},${j},${k},${pattern}`);
  }

  /** Pairs of a step and a later one that can be judged and need not stay with it, and those of them that were never split; two assets are none. */
  pairs({ judged, pins, steps, ownSteps }: Scope): Pick<Coverage, 'pairs' | 'pairsUncovered'> {
    const isJudged = new Set(judged);
    const free: [number, number][] = [];
    for (let j = 1; j < steps; j++)
      for (let i = 0; i < Math.min(j, ownSteps); i++) if (isJudged.has(j) && !pins.together(i, j)) free.push([i, j]);
    return { pairs: free.length, pairsUncovered: free.filter(([i, j]) => !this.split(i, j)) };
  }

  /** The account of disks. */
  diskSummary(scope: Scope): NonNullable<Coverage['disk']> {
    return { ...this.pairs(scope), wiped: inOrder(this.#wiped) };
  }

  /** Steps before which a restart of each mode was played, in order. */
  restarts(): Coverage['restarts'] {
    return byMode((mode) => inOrder(this.#restarts[mode]));
  }

  /** The account for a report, over steps that can be judged and need not stay together; of three, over the first `ownSteps`. */
  summary(scope: Scope & { session: number }): Omit<Coverage, 'disk' | 'jobs' | 'behind'> {
    const { session, judged, ownSteps, pins } = scope;
    const isJudged = new Set(judged);
    let triples = 0;
    let triplesCovered = 0;
    forTriples(ownSteps, (i, j, k) => {
      if (!isJudged.has(k)) return;
      for (let pattern = 0; pattern < TRIPLE_PATTERNS.length; pattern++) {
        if (pins.exclude([i, j, k], pattern)) continue;
        triples++;
        if (this.has(i, j, k, pattern)) triplesCovered++;
      }
    });
    return {
      session,
      judged,
      ...this.pairs(scope),
      triples,
      triplesCovered,
      restarts: this.restarts(),
      implied: byMode((mode) => inOrder(this.#implied[mode]).filter((step) => !this.#restarts[mode].has(step))),
      cutShort: this.cutShort,
      pinned: pins.pairs(),
    };
  }
}

function inOrder(steps: ReadonlySet<number>): number[] {
  return [...steps].sort((a, b) => a - b);
}
