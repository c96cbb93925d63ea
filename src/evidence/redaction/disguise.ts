import { hash } from 'node:crypto';

/** So many disguises are remembered, to keep different texts different; what comes after is different all but certainly. */
const MAX_REMEMBERED = 300_000;
const MAX_LENGTH_REMEMBERED = 4096;

/** Gives texts disguises that keep their shape. */
export interface Disguiser {
  /** A text of the same length: digits for digits, letters for letters, all else as it was. Equal for equal texts, never for others. */
  of(text: string): string;
  /** Whether a text has been given a disguise. */
  has(text: string): boolean;
}

/** `key`: drawn for one audit, and never stored. `isShown`: what nobody hides, so that no disguise may look like it. */
export function createDisguiser(key: Uint8Array, isShown: (text: string) => boolean): Disguiser {
  const prefix = Buffer.from(key).toString('base64');
  const made = new Map<string, string>();
  const taken = new Set<string>();
  return {
    has: (text) => made.has(text),
    of(text) {
      const known = made.get(text);
      if (known !== undefined) return known;
      for (let turn = 0; ; turn++) {
        const one = disguised(text, digest(`${prefix} ${turn} ${text}`));
        // Of a few characters, most disguises may be taken.
        if ((one === text || taken.has(one) || isShown(one)) && turn < 100) continue;
        if (made.size < MAX_REMEMBERED && text.length <= MAX_LENGTH_REMEMBERED) {
          made.set(text, one);
          taken.add(one);
        }
        return one;
      }
    },
  };
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

function disguised(text: string, seed: Buffer): string {
  const isHex = /^(?=.*\d)(?:[\da-f-]+|[\dA-F-]+)$/.test(text);
  const isUuid = UUID.test(text);
  let block = seed;
  let used = 0;
  const draw = (from: string) => {
    if (used === block.length) {
      block = digest(`${seed.toString('base64')} ${block.toString('base64')}`);
      used = 0;
    }
    return from[(block[used++] ?? 0) % from.length] ?? '';
  };
  let made = '';
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    const kind = kindOf(character);
    // The digits that tell the version of a UUID stay.
    if (kind === null || (isUuid && (at === 14 || at === 19)) || (character === '0' && at === 0)) made += character;
    else if (kind === 'digit') made += draw(at === 0 ? '123456789' : DIGITS);
    else if (kind === 'upper') made += draw(isHex ? 'ABCDEF' : UPPER);
    else made += draw(isHex ? 'abcdef' : LOWER);
  }
  return made;
}

const DIGITS = '0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();

function kindOf(character: string): 'digit' | 'upper' | 'lower' | null {
  if (character >= '0' && character <= '9') return 'digit';
  if (character >= 'a' && character <= 'z') return 'lower';
  if (character >= 'A' && character <= 'Z') return 'upper';
  if (character < '\u0080') return null;
  // Halves of a pair are letters beyond the first plane, as only letters and digits are disguised.
  if (/\p{Lu}/u.test(character)) return 'upper';
  return /[\p{L}\p{N}\p{M}\p{Cs}]/u.test(character) ? 'lower' : null;
}

export const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
