import { z } from 'zod';
import { DEFAULTS } from './defaults.ts';
import { key, string } from './schema-key.ts';
import { duration, whole } from './schema-numbers.ts';

const AUTH = 'user:password, or the value of an Authorization field such as "Bearer …"';

/** Settings of an exploration: what is done where no session is named. */
export const exploreKeys = {
  explore: key(
    z.strictObject(
      {
        steps: key(whole(1, 200), `Requests of the session that comes of it, at most. Default: ${DEFAULTS.exploreSteps}.`, 30),
        time: key(duration(1), `How long it looks around. Default: ${DEFAULTS.exploreTime}.`, '20s'),
        destructive: key(z.boolean({ error: 'true or false' }), 'Whether deletes are sent. Default: true.', false),
        writes: key(
          z.boolean({ error: 'true or false' }),
          'Whether requests that change something are sent although what they change may be more than the trial: a store of your own. Default: false.',
          true,
        ),
      },
      { error: 'an object with steps, time, destructive and writes' },
    ),
    'What is done where no session is named: the app is visited, and a session made of that.',
    { steps: 30 },
  ),
  openapi: key(
    string('a file or an address of an OpenAPI description'),
    'The description of the app that a visit follows. Default: what is found in its folder, or is served at one of the customary addresses.',
    'docs/openapi.yaml',
  ),
  auth: key(
    // A name without a password, or the other way round, is neither; nor can a field's value have more than one line.
    string(AUTH).refine((text) => !/^\s*$|^:|^[^\s:]+:$|[^\P{Cc}\t]/u.test(text), { error: AUTH }),
    'Who visits the app: fills log-in forms, or is sent with every request. Put no secret into a file that is shared.',
    'ada:secret',
  ),
};
