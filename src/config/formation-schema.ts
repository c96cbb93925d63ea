import { z } from 'zod';
import { DEFAULTS } from './defaults.ts';
import { key } from './schema-key.ts';
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
function processTypes() {
  const command = z.union([z.string({ error: COMMAND }).min(1, { error: COMMAND }), z.array(z.string()).min(1)], {
    error: COMMAND,
  });
  return z.union([whole(2, 16), z.record(typeName(), command)], { error: TYPES });
}

/** A number of processes for each type. */
function counts() {
  return z.record(typeName(), whole(0, MOST_OF_A_TYPE), { error: 'process types and numbers, such as web=2,worker=1' });
}

/** A text for each type. */
function texts() {
  const error = 'process types, each with a text that it writes';
  return z.record(typeName(), z.string({ error }).min(1, { error }), { error });
}

/** A time for each type. */
function delays() {
  return z.record(typeName(), duration(1), { error: 'process types, each with a time' });
}

/** Settings of process types. */
export const typeKeys = {
  processes: key(
    processTypes(),
    `How many processes of web stand side by side (default: ${DEFAULTS.processes}), or all process types with the command of each, as a Procfile has them.`,
    { web: 'node server.js', worker: 'node worker.js' },
  ),
  formation: key(
    counts(),
    `How many processes of each type run in a trial. Default: web ${DEFAULTS.processes}, every other type of the Procfile 1; release runs once before all trials.`,
    { web: 2, worker: 1 },
  ),
  readyLog: key(texts(), 'What a process type that opens no port writes when it is ready. Default: it is not waited for.', {
    worker: 'ready',
  }),
  readyDelay: key(delays(), 'How long a process type that opens no port is left alone until it is ready. Default: not at all.', {
    worker: '2s',
  }),
};
