/** Steps that must stay together because one was found to depend on the other: a partition of the steps, in order. */
export class Pins {
  readonly #group: number[];

  constructor(steps: number) {
    this.#group = Array.from({ length: steps }, (_, step) => step);
  }

  /** How many steps there are. */
  get steps(): number {
    return this.#group.length;
  }

  /** Keeps all these steps together from now on. */
  pin(steps: readonly number[]): void {
    const groups = new Set(steps.map((step) => this.#group[step]));
    const first = Math.min(...steps.map((step) => this.#group[step] ?? step));
    for (const [step, group] of this.#group.entries()) if (groups.has(group)) this.#group[step] = first;
  }

  /** Others that keep the same steps together for now. */
  copy(): Pins {
    const copy = new Pins(this.steps);
    for (const unit of this.units()) copy.pin(unit);
    return copy;
  }

  together(a: number, b: number): boolean {
    return this.#group[a] === this.#group[b];
  }

  /** The groups in order of their first step, each in order. */
  units(): number[][] {
    const firsts = [...new Set(this.#group)].sort((a, b) => a - b);
    return firsts.map((first) => this.#group.flatMap((group, step) => (group === first ? [step] : [])));
  }

  /** All pairs `[i, j]`, i < j, that must stay together. */
  pairs(): [number, number][] {
    return this.units().flatMap((unit) => unit.flatMap((i, at) => unit.slice(at + 1).map((j): [number, number] => [i, j])));
  }

  /** Whether a pattern of three steps (see `TRIPLE_PATTERNS`) would part steps that must stay together. */
  exclude([i, j, k]: readonly [number, number, number], pattern: number): boolean {
    const [a, b, c] = [this.together(i, j), this.together(i, k), this.together(j, k)];
    return pattern === 0 ? b || c : pattern === 1 ? a || c : a || b;
  }

  /** A placement of the steps made from one of the units. */
  expand(row: readonly number[]): number[] {
    const units = this.units();
    const placement = this.#group.map(() => 0);
    for (const [unit, steps] of units.entries()) for (const step of steps) placement[step] = row[unit] ?? 0;
    return placement;
  }
}
