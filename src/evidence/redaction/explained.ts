import { UUID } from './disguise.ts';
import { isPlainWord } from './plain-words.ts';

/** Shorter texts are shown: of fewer characters any count or word might consist. */
export const LEAST = 6;
/** Longer texts are no words or numbers. */
const MAX_LENGTH = 128;

/** Whether letters and digits in a row are words, a small or round number, a time: nothing that anybody would have to hide. */
export function isExplained(text: string): boolean {
  if (text.length > MAX_LENGTH) return false;
  if (/^\d+$/.test(text)) return isOpenNumber(text);
  if (UUID.test(text)) return false;
  if (/^[\p{L}\p{M}]+$/u.test(text)) return isWords(text);
  const [, before = '', digits = '', after = ''] = /^(\p{L}*)(\d{1,3})(\p{L}*)$/u.exec(text) ?? [];
  if (digits === '' || (before !== '' && after !== '')) return false;
  return isWords(before + after);
}

/** Words in a row, told apart by their case: `processTicksAndRejections`. */
export function isWords(text: string): boolean {
  const words = wordsOf(text);
  const short = words.filter((word) => word.length <= 2);
  const isShort = short.every((word) => SHORT.test(word)) && short.join('').length * 3 <= text.length;
  return isShort && words.every((word) => word.length <= 2 || isPlainWord(word));
}

/** A text cut where its case begins a word. */
export function wordsOf(text: string): string[] {
  return text.split(/(?<=[^\p{Lu}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}[^\p{Lu}])/u);
}

/** Short words that names are put together of. */
const SHORT =
  /^(?:[aeioxyt]|am|an|as|at|be|by|db|de|do|en|go|id|if|in|io|ip|is|it|js|me|my|no|of|ok|on|or|os|so|to|ts|ui|up|us|vm|we)$/i;

const DAY_S = 24 * 60 * 60;
/** Moments so near to now are times. */
const NEAR_S = 400 * DAY_S;

function isOpenNumber(digits: string): boolean {
  if (digits.length < LEAST) return true;
  const significant = digits.replace(/0+$/, '').length;
  if (significant <= (digits.length === LEAST ? 3 : 4)) return true;
  // Hours in seconds or milliseconds.
  if (digits.length <= 11 && Number(digits) % 3600 === 0) return true;
  if (/^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\d{4}|\d{6})?$/.test(digits)) return true;
  const scale = { 10: 1, 13: 1e3, 16: 1e6 }[digits.length];
  return scale !== undefined && Math.abs(Number(digits) / scale - Date.now() / 1000) < NEAR_S;
}
