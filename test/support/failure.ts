import { UserError } from '../../src/errors.ts';

/** The UserError that `act` throws; fails the test if it throws none. */
export function failureOf(act: () => unknown): UserError {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('did not fail');
}
