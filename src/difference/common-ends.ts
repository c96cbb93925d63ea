/** How much two texts, or two lists, begin with alike, and how much of the rest they end with alike. */
export function commonEnds(one: ArrayLike<string>, other: ArrayLike<string>): { readonly start: number; readonly end: number } {
  const most = Math.min(one.length, other.length);
  let start = 0;
  while (start < most && one[start] === other[start]) start++;
  let end = 0;
  while (end < most - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end++;
  return { start, end };
}
