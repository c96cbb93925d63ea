import { z } from 'zod';
import { duration, whole } from './schema-numbers.ts';

/** Most processes of one type. */
const MOST_OF_A_TYPE = 99;

const TYPES = 'a number from 2 to 16, or process types and their commands';
const COMMAND = 'a command, or a list of program and arguments';

/** Names of process types, as in a Procfile. */
function typeName() {
  return z.string().regex(/^[A-Za-z0-9_-]+$/);
}

/** How many processes of `web`, or the commands of all types. */
export function processTypes() {
  const command = z.union([z.string({ error: COMMAND }).min(1, { error: COMMAND }), z.array(z.string()).min(1)], {
    error: COMMAND,
  });
  return z.union([whole(2, 16), z.record(typeName(), command)], { error: TYPES });
}

/** A number of processes for each type. */
export function counts() {
  return z.record(typeName(), whole(0, MOST_OF_A_TYPE), { error: 'process types and numbers, such as web=2,worker=1' });
}

/** A text for each type. */
export function texts() {
  const error = 'process types, each with a text that it writes';
  return z.record(typeName(), z.string({ error }).min(1, { error }), { error });
}

/** A time for each type. */
export function delays() {
  return z.record(typeName(), duration(1), { error: 'process types, each with a time' });
}
