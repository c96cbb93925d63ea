import { ANYWHERE, KEY, SESSION, setsCookie, type Trait } from './trait.ts';

/** PHP. */
export const PHP: readonly Trait[] = [
  {
    framework: 'Laravel',
    rules: SESSION,
    shows: setsCookie(/^laravel_session=/),
    uses: /^laravel\/framework$/,
    fix: 'Set SESSION_DRIVER=redis (or database).',
    through: ANYWHERE,
  },
  {
    framework: 'Laravel',
    rules: KEY,
    shows: setsCookie(/^laravel_session=/),
    uses: /^laravel\/framework$/,
    fix: 'Set one APP_KEY for the release: php artisan key:generate --show, once.',
  },
  {
    framework: 'CodeIgniter',
    rules: SESSION,
    shows: setsCookie(/^ci_session=/),
    fix: 'CodeIgniter keeps sessions in files: set session.driver to its RedisHandler (or DatabaseHandler).',
    through: ANYWHERE,
  },
  {
    framework: 'CakePHP',
    rules: SESSION,
    shows: setsCookie(/^CAKEPHP=/),
    fix: "Set 'Session' => ['defaults' => 'cache'] with a Redis cache engine, or 'database'.",
    through: ANYWHERE,
  },
  {
    framework: 'PHP',
    rules: SESSION,
    shows: setsCookie(/^PHPSESSID=/),
    fix: 'PHP keeps sessions in local files: set session.save_handler to redis or memcached.',
    through: ['disk'],
  },
];
