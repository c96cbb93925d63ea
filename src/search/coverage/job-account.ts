import type { JobCoverage } from '../../model/coverage.ts';
import type { RestartMode } from '../../model/schedule.ts';

/** Keeps account of what was played of the work that requests begin, and of the processes that do it. */
export class JobAccount {
  readonly #deaths = new Map<RestartMode, Set<number>>();
  readonly #cut = new Map<RestartMode, Set<number>>();
  readonly #between = new Map<RestartMode, Set<number>>();
  /** Everything was played with a disk of their own for the processes that are asked nothing. */
  isApart = false;
  /** Types of which everything was played with one process more. */
  readonly more = new Set<string>();

  /** Counts the end of a process right after its reply, before `step`. */
  died(mode: RestartMode, step: number): void {
    add(this.#deaths, mode, step);
  }

  hasDied(mode: RestartMode, step: number): boolean {
    return this.#deaths.get(mode)?.has(step) ?? false;
  }

  /** Counts a restart of a type that is asked nothing before `step`: right after the reply before (`cut`), or when that work was done. */
  restarted(type: string, { mode, cut, step }: { mode: RestartMode; cut: boolean; step: number }): void {
    add(cut ? this.#cut : this.#between, mode, step, type);
  }

  summary(): JobCoverage {
    const list = (of: Map<string, Set<number>>) =>
      Object.fromEntries([...of].map(([mode, steps]) => [mode, [...steps].sort((a, b) => a - b)]));
    return {
      apart: this.isApart,
      deaths: list(this.#deaths),
      cut: list(withoutTypes(this.#cut)),
      between: list(withoutTypes(this.#between)),
      more: [...this.more],
    };
  }
}

type Played = Map<string, Set<number>>;

function add(played: Played, mode: RestartMode, step: number, type = ''): void {
  const key = type === '' ? mode : `${mode} ${type}`;
  played.set(key, (played.get(key) ?? new Set()).add(step));
}

/** Steps before which every type was restarted, by mode. */
function withoutTypes(played: Played): Played {
  const merged: Played = new Map();
  for (const [key, steps] of played) {
    const [mode = ''] = key.split(' ');
    const known = merged.get(mode);
    merged.set(mode, known === undefined ? steps : new Set([...known].filter((step) => steps.has(step))));
  }
  return merged;
}
