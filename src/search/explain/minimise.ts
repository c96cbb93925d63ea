/** Asks whether the effect is there when exactly these candidates are in force. */
export type Test<T> = (inForce: readonly T[]) => Promise<boolean>;

/**
 * A minimal set of candidates that together bring the effect about, found by bisection with O(n log m) questions for n needed
 * of m. All of them together must do so. Each needed one is the last of the shortest sufficient prefix of those before it
 * (after Junker, "QuickXplain", 2004). `null` if the answers contradict each other.
 */
export async function minimalCause<T>(candidates: readonly T[], test: Test<T>): Promise<T[] | null> {
  const needed: T[] = [];
  let pool = candidates;
  while (!(await test(needed))) {
    if (pool.length === 0) return null;
    const length = await shortestPrefix(pool, needed, test);
    const last = pool[length - 1];
    if (last === undefined) return null;
    needed.unshift(last);
    pool = pool.slice(0, length - 1);
  }
  return needed;
}

/** Length of the shortest prefix that suffices with what is needed already; the whole pool is taken to suffice. */
async function shortestPrefix<T>(pool: readonly T[], needed: readonly T[], test: Test<T>): Promise<number> {
  let [low, high] = [1, pool.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await test([...pool.slice(0, middle), ...needed])) high = middle;
    else low = middle + 1;
  }
  return low;
}
