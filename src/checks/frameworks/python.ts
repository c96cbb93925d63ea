import { ANYWHERE, both, KEY, SESSION, says, setsCookie, type Trait } from './trait.ts';

/** Python. */
export const PYTHON: readonly Trait[] = [
  {
    framework: 'Django',
    rules: SESSION,
    shows: setsCookie(/^sessionid=/),
    uses: /^django$/i,
    fix: 'Set SESSION_ENGINE to the database, or to a cache backend that all processes share (Redis, Memcached).',
    change: {
      file: 'settings.py',
      lines: [
        "+SESSION_ENGINE = 'django.contrib.sessions.backends.cache'",
        "+CACHES = {'default': {",
        "+    'BACKEND': 'django.core.cache.backends.redis.RedisCache',",
        "+    'LOCATION': os.environ['REDIS_URL'],",
        '+}}',
      ],
    },
    through: ANYWHERE,
  },
  {
    framework: 'Django',
    rules: KEY,
    shows: setsCookie(/^(?:sessionid|csrftoken)=/),
    uses: /^django$/i,
    fix: "Take the key from the environment: SECRET_KEY = os.environ['SECRET_KEY'], with no generated default.",
    change: { file: 'settings.py', lines: ['-SECRET_KEY = get_random_secret_key()', "+SECRET_KEY = os.environ['SECRET_KEY']"] },
  },
  {
    framework: 'Flask',
    rules: KEY,
    shows: both(setsCookie(/^session=/), says('server', /werkzeug|gunicorn/i)),
    uses: /^flask$/i,
    fix: "Take the key from the environment: app.secret_key = os.environ['SECRET_KEY'], not os.urandom().",
    change: { file: 'app.py', lines: ['-app.secret_key = os.urandom(24)', "+app.secret_key = os.environ['SECRET_KEY']"] },
    shared: true,
  },
  {
    framework: 'Starlette',
    rules: KEY,
    shows: both(setsCookie(/^session=/), says('server', /uvicorn|hypercorn/i)),
    uses: /^(?:starlette|fastapi)$/i,
    fix: "Take the key from the environment: SessionMiddleware(secret_key=os.environ['SECRET_KEY']).",
    change: {
      file: 'app.py',
      lines: [
        '-app.add_middleware(SessionMiddleware, secret_key=secrets.token_hex())',
        "+key = os.environ['SECRET_KEY']",
        '+app.add_middleware(SessionMiddleware, secret_key=key)',
      ],
    },
    shared: true,
  },
];
