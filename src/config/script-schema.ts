import { z } from 'zod';
import { DEFAULTS } from './defaults.ts';
import { key, list } from './schema-key.ts';
import { duration } from './schema-numbers.ts';

/** Settings of an audit of a script. */
export const scriptKeys = {
  script: key(
    z.boolean({ error: 'true or false' }),
    'The command is a script that ends: it is run fresh, again on the disk that it left, and again after it was killed. Default: false.',
    true,
  ),
  scriptTimeout: key(duration(1), `How long a script may run. Default: ${DEFAULTS.scriptTimeout}.`, '10m'),
  results: key(
    list('a list of files, addresses, or tables such as "postgres:orders"'),
    'What a script makes besides its output: files, addresses, or tables of services.',
    ['out.csv'],
  ),
};
