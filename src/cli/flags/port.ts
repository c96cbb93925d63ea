import { UserError } from '../../errors.ts';

/** A port as it was given, 0 for a free one. `source`: what names it, for the error. Throws a UserError for what is none. */
export function portOf(source: string, given: unknown): number {
  const number = given === '' ? Number.NaN : Number(given);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new UserError(
    'flag-invalid',
    `${source}: "${String(given)}" given, but it must be a port, from 0 to 65535`,
    `For example: ${source.startsWith('--') ? source : '--port'} 8080`,
  );
}
