import { minimalCause } from './minimise.ts';

/** A step that differs under a placement of it and the steps before it on two processes. */
export interface Parted {
  readonly step: number;
  /** Groups of steps, up to `step`, that stay together: in order of their first step, each in order. */
  readonly units: readonly Unit[];
  /** For every step 0 or another number: steps with equal ones share a process. */
  readonly placement: readonly number[];
}

type Unit = readonly number[];

/** Which steps must share a process so that it does not differ. */
export interface Pivot {
  /** The step that is to be served elsewhere, and those that must go with it. */
  readonly moved: number;
  readonly unit: readonly number[];
  /** Earlier steps that must be served by the same process as `moved`: a minimal set. */
  readonly sources: readonly number[];
  /** Earlier steps that must go elsewhere together with `moved` for the step to differ: a minimal set, empty unless a stale copy is needed. */
  readonly warm: readonly number[];
}

/**
 * Finds the pair of placements that differ in the process of one step only, and one of which makes `step` differ. That step is mostly `step`
 * itself. Where it differs wherever it is served, earlier steps have to share a process with each other (two writes of one record), and the
 * last of them that matters is it. `differs` plays with the steps that it is given on the second process and all others on the first, and
 * tells whether `step` differs; with none of them it must not. `null` if the answers contradict each other. Plays O(n log n) trials for n
 * units at most, and O(log n) for each step that matters.
 */
export async function localisePivot(
  { step, units, placement }: Parted,
  differs: (away: readonly number[]) => Promise<boolean>,
  { mayBeEarlier }: { mayBeEarlier: boolean },
): Promise<Pivot | null> {
  let pivot = units.findIndex((unit) => unit.includes(step));
  let end = pivot + 1;
  let sides = units.map((unit) => placement[unit[0] ?? 0] ?? 0);
  // Whatever goes round again has a later pivot, or an earlier end.
  for (;;) {
    const found = await partners({ units: units.slice(0, end), sides, pivot }, differs);
    const unit = units[pivot];
    if (found === null || unit === undefined) return null;
    const last = Math.max(...found.sources);
    if (last > pivot) {
      pivot = last;
      continue;
    }
    const stepsOf = (places: readonly number[]) => places.flatMap((place) => units[place] ?? []);
    const [sources, warm] = [stepsOf(found.sources), stepsOf(found.warm)];
    const located = { moved: movedOf(unit, step), unit, sources, warm };
    // With nothing else away, the other arm has everything on one process.
    if (warm.length === 0 || !mayBeEarlier || !(await differs(warm))) return located;
    const away = units.map((_, place) => (found.warm.includes(place) ? 1 : 0));
    const earlier = await earlierPivot({ units, sides: away, pivot }, differs);
    if (earlier === null) return null;
    end = pivot;
    ({ pivot, sides } = earlier);
  }
}

/** The step of a unit that is said to be moved: the one that differs if it is among them, else the last. */
function movedOf(unit: Unit, step: number): number {
  return unit.includes(step) ? step : (unit.at(-1) ?? step);
}

interface Sided {
  readonly units: readonly Unit[];
  /** The process of every unit. */
  readonly sides: readonly number[];
  /** Place of the unit that is looked at. */
  readonly pivot: number;
}

type Differs = (away: readonly number[]) => Promise<boolean>;

/** Which of the units must share the pivot's process, and which earlier ones must have left with it: their places, in order. */
async function partners(
  { units, sides, pivot }: Sided,
  differs: Differs,
): Promise<{ sources: readonly number[]; warm: readonly number[] } | null> {
  const places = units.map((_, place) => place);
  const isAway = (away: readonly number[]) => differs([...away, pivot].flatMap((place) => units[place] ?? []));
  const warm = await minimalCause(
    places.filter((place) => place < pivot && sides[place] === sides[pivot]),
    isAway,
  );
  if (warm === null) return null;
  const others = places.filter((place) => place !== pivot && !warm.includes(place));
  const sources = await minimalCause(others, async (mended) => !(await isAway([...warm, ...mended])));
  return sources === null ? null : { sources: sources.sort(inOrder), warm: warm.sort(inOrder) };
}

/**
 * Under these sides the step differs, wherever the pivot is. The last unit before it whose side alone makes the difference, if all later
 * ones are on one process: on the first or on the second, whichever finds the later one.
 */
async function earlierPivot({ units, sides, pivot }: Sided, differs: Differs): Promise<{ pivot: number; sides: number[] } | null> {
  let best: { pivot: number; sides: number[] } | null = null;
  for (const tail of [0, 1]) {
    const upTo = (count: number) => sides.map((side, index) => (index < count ? side : tail));
    const holds = async (count: number) => differs(units.filter((_, index) => upTo(count)[index] === 1).flat());
    let [low, high] = [0, pivot];
    // That with all on one process it is as expected is known; what stood on the other side than the tail may have to.
    if (sides.slice(pivot).some((side) => side !== tail) && !(await holds(high))) continue;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (await holds(middle)) high = middle;
      else low = middle;
    }
    if (best === null || high - 1 > best.pivot) best = { pivot: high - 1, sides: upTo(high) };
  }
  return best;
}

function inOrder(a: number, b: number): number {
  return a - b;
}
