import { ANYWHERE, KEY, SESSION, setsCookie, type Trait } from './trait.ts';

/** PHP. */
export const PHP: readonly Trait[] = [
  {
    framework: 'Laravel',
    rules: SESSION,
    shows: setsCookie(/^laravel_session=/),
    uses: /^laravel\/framework$/,
    fix: 'Set SESSION_DRIVER=redis (or database).',
    change: { file: '.env', lines: ['-SESSION_DRIVER=file', '+SESSION_DRIVER=redis'] },
    through: ANYWHERE,
  },
  {
    framework: 'Laravel',
    rules: KEY,
    shows: setsCookie(/^laravel_session=/),
    uses: /^laravel\/framework$/,
    fix: 'Set one APP_KEY for the release: php artisan key:generate --show, once.',
    change: { file: '.env', lines: ['+APP_KEY=<php artisan key:generate --show, once for all processes>'] },
  },
  {
    framework: 'CodeIgniter',
    rules: SESSION,
    shows: setsCookie(/^ci_session=/),
    fix: 'CodeIgniter keeps sessions in files: set session.driver to its RedisHandler (or DatabaseHandler).',
    change: {
      file: 'app/Config/Session.php',
      lines: [
        '-public string $driver = FileHandler::class;',
        "-public string $savePath = WRITEPATH . 'session';",
        '+public string $driver = RedisHandler::class;',
        "+public string $savePath = 'tcp://redis:6379';",
      ],
    },
    through: ANYWHERE,
  },
  {
    framework: 'CakePHP',
    rules: SESSION,
    shows: setsCookie(/^CAKEPHP=/),
    fix: "Set 'Session' => ['defaults' => 'cache'] with a Redis cache engine, or 'database'.",
    change: {
      file: 'config/app.php',
      lines: [
        "-'Session' => ['defaults' => 'php'],",
        "+'Session' => [",
        "+    'defaults' => 'cache', 'handler' => ['config' => 'session'],",
        '+],',
        "+'Cache' => ['session' => ['className' => 'Redis']],",
      ],
    },
    through: ANYWHERE,
  },
  {
    framework: 'PHP',
    rules: SESSION,
    shows: setsCookie(/^PHPSESSID=/),
    fix: 'PHP keeps sessions in local files: set session.save_handler to redis or memcached.',
    change: {
      file: 'php.ini',
      lines: ['-session.save_handler = files', '+session.save_handler = redis', '+session.save_path = "tcp://redis:6379"'],
    },
    through: ['disk'],
  },
];
