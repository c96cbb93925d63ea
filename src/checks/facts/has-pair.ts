/** Whether two steps, the earlier one first, are among these pairs. */
export function hasPair(pairs: readonly (readonly [number, number])[], first: number, step: number): boolean {
  return pairs.some(([i, j]) => i === first && j === step);
}
