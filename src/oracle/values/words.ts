/** A run of letters, digits, `_` and `-`, at `lastIndex` exactly. */
const WORD = /[\p{L}\p{N}_-]+/uy;

/** The word that begins at a place of a text; empty if none does. */
export function wordAt(text: string, at: number): string {
  WORD.lastIndex = at;
  return WORD.exec(text)?.[0] ?? '';
}

/** Texts up to this length are searched for with `indexOf`, whose worst case is the product of both lengths. */
const SHORT = 32;

/** Where `wanted` first stands in `text` from a place on, or -1; linear in their lengths (Knuth, Morris and Pratt, 1977). */
export function indexOfText(text: string, wanted: string, from: number): number {
  if (wanted.length <= SHORT) return text.indexOf(wanted, from);
  const borders = bordersOf(wanted);
  let matched = 0;
  for (let at = from; at < text.length; at++) {
    const char = text.charCodeAt(at);
    while (matched > 0 && char !== wanted.charCodeAt(matched)) matched = borders[matched - 1] ?? 0;
    if (char === wanted.charCodeAt(matched)) matched++;
    if (matched === wanted.length) return at - matched + 1;
  }
  return -1;
}

/** For every prefix of a text the length of the longest proper prefix of it that is its suffix as well. */
function bordersOf(text: string): Int32Array {
  const borders = new Int32Array(text.length);
  for (let at = 1, length = 0; at < text.length; at++) {
    while (length > 0 && text.charCodeAt(at) !== text.charCodeAt(length)) length = borders[length - 1] ?? 0;
    if (text.charCodeAt(at) === text.charCodeAt(length)) length++;
    borders[at] = length;
  }
  return borders;
}
