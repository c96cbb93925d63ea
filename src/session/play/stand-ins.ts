import type { Step } from '../../model/session.ts';
import { ANY_NAME } from './learn-from-reply.ts';

/** What steps of a play handed on to later ones: variables by name, and by step where it redirected to. */
export interface Handed {
  readonly variables: ReadonlyMap<string, string>;
  /** `null` or nothing: it did not redirect. */
  readonly targets: readonly (string | null | undefined)[];
}

/** What stands for it where the step that would have handed it on is left out. */
export type StandIns = Handed;

/**
 * Made-up values in the form of real ones. What was the same in both plays is no more than a constant, and stays; what was another each
 * time becomes one that nobody has: a request for it asks for something that was never made. `random`: numbers in [0, 1), seeded.
 */
export function standInsFor(one: Handed, other: Handed, random: () => number): StandIns {
  return {
    variables: new Map(
      [...one.variables].map(([name, value]) => [name, value === other.variables.get(name) ? value : otherThan(value, random)]),
    ),
    targets: one.targets.map((target, step) => {
      const also = other.targets[step];
      return typeof target !== 'string' || typeof also !== 'string' || target === also ? target : madeUp(target, also, random);
    }),
  };
}

/** Whether a step sets a variable by its reply. */
export function givesTo({ captures }: Pick<Step, 'captures'>, name: string): boolean {
  return captures.some((capture) => capture.name === name || capture.name === ANY_NAME);
}

/** A target in which the parts that differ between two plays are made up. */
function madeUp(target: string, also: string, random: () => number): string {
  const parts = also.split(SEPARATORS);
  return target
    .split(SEPARATORS)
    .map((part, at) => (part === parts[at] ? part : otherThan(part, random)))
    .join('');
}

const SEPARATORS = /([/?&=#;,])/;

/**
 * Another text of the same form: digits in place of digits, letters of letters, those of hexadecimal numbers of such. It is drawn, and not
 * made from the text: stand-ins are sent and recorded, and must not tell what they stand for.
 */
export function otherThan(text: string, random: () => number): string {
  if (!/[0-9a-z]/i.test(text)) return text;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    // Escapes such as %3A stay what they are.
    const drawn = text.replace(/%[0-9a-f]{2}|[0-9a-z]/gi, (character) => {
      if (character.length > 1) return character;
      const alphabet = ALPHABETS.find((one) => one.includes(character)) ?? character;
      return alphabet[Math.floor(random() * alphabet.length)] ?? character;
    });
    if (drawn !== text) return drawn;
  }
  return `${text}0`;
}

/** One character may be drawn again a few times. */
const MOST_TRIES = 32;

const ALPHABETS = ['0123456789', 'abcdef', 'ABCDEF', 'ghijklmnopqrstuvwxyz', 'GHIJKLMNOPQRSTUVWXYZ'];
