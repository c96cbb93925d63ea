import { ANYWHERE, both, KEY, SESSION, says, setsCookie, type Trait } from './trait.ts';

/** Python. */
export const PYTHON: readonly Trait[] = [
  {
    framework: 'Django',
    rules: SESSION,
    shows: setsCookie(/^sessionid=/),
    uses: /^django$/i,
    fix: 'Set SESSION_ENGINE to the database, or to a cache backend that all processes share (Redis, Memcached).',
    through: ANYWHERE,
  },
  {
    framework: 'Django',
    rules: KEY,
    shows: setsCookie(/^(?:sessionid|csrftoken)=/),
    uses: /^django$/i,
    fix: "Take the key from the environment: SECRET_KEY = os.environ['SECRET_KEY'], with no generated default.",
  },
  {
    framework: 'Flask',
    rules: KEY,
    shows: both(setsCookie(/^session=/), says('server', /werkzeug|gunicorn/i)),
    uses: /^flask$/i,
    fix: "Take the key from the environment: app.secret_key = os.environ['SECRET_KEY'], not os.urandom().",
    shared: true,
  },
  {
    framework: 'Starlette',
    rules: KEY,
    shows: both(setsCookie(/^session=/), says('server', /uvicorn|hypercorn/i)),
    uses: /^(?:starlette|fastapi)$/i,
    fix: "Take the key from the environment: SessionMiddleware(secret_key=os.environ['SECRET_KEY']).",
    shared: true,
  },
];
