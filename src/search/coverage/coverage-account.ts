import type { Coverage } from '../../model/coverage.ts';
import type { RestartMode } from '../../model/schedule.ts';
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
  readonly #restarts: Record<RestartMode, Set<number>> = {
    deploy: new Set(),
    crash: new Set(),
    config: new Set(),
    relocate: new Set(),
  };
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
    return { ...this.pairs(scope), wiped: [...this.#wiped].sort((a, b) => a - b) };
  }

  /** Steps before which a restart of each mode was played, in order. */
  restarts(): Coverage['restarts'] {
    const before = (mode: RestartMode) => [...this.#restarts[mode]].sort((a, b) => a - b);
    return { deploy: before('deploy'), crash: before('crash'), config: before('config'), relocate: before('relocate') };
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
      cutShort: this.cutShort,
      pinned: pins.pairs(),
    };
  }
}
