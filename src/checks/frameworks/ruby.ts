import { ANYWHERE, both, KEY, SESSION, sendsHeader, setsCookie, type Trait } from './trait.ts';

/** Ruby. */
export const RUBY: readonly Trait[] = [
  {
    framework: 'Rails',
    rules: KEY,
    shows: both(setsCookie(/^_\w+_session=/), sendsHeader(/^x-runtime$/)),
    uses: /^rails$/,
    fix: 'Set one SECRET_KEY_BASE for all processes.',
    change: { file: 'config/environments/production.rb', lines: ["+config.secret_key_base = ENV.fetch('SECRET_KEY_BASE')"] },
  },
  {
    framework: 'Rails',
    rules: [...SESSION, 'local-disk', 'process-memory', 'stale-memory'],
    shows: sendsHeader(/^x-runtime$/),
    uses: /^rails$/,
    fix: 'Where it is in Rails.cache: config.cache_store = :redis_cache_store, as :memory_store and :file_store belong to one process. Uploads: config.active_storage.service = :amazon.',
    change: {
      file: 'config/environments/production.rb',
      lines: [
        '-config.cache_store = :memory_store',
        "+config.cache_store = :redis_cache_store, { url: ENV['REDIS_URL'] }",
        '-config.active_storage.service = :local',
        '+config.active_storage.service = :amazon',
      ],
    },
    through: ANYWHERE,
    shared: true,
  },
  {
    framework: 'Rack',
    rules: KEY,
    shows: setsCookie(/^rack\.session=/),
    fix: "Sinatra and Rack make a key at boot if none is set: set :session_secret, ENV.fetch('SESSION_SECRET').",
    change: {
      file: 'app.rb',
      lines: ['-set :session_secret, SecureRandom.hex(64)', "+set :session_secret, ENV.fetch('SESSION_SECRET')"],
    },
  },
  {
    framework: 'Rack',
    rules: SESSION,
    shows: setsCookie(/^rack\.session=/),
    fix: 'Rack::Session::Pool is memory of one process: use Rack::Session::Cookie, or redis-rack.',
    change: {
      file: 'app.rb',
      lines: ['-use Rack::Session::Pool', "+use Rack::Session::Cookie, secret: ENV.fetch('SESSION_SECRET')"],
    },
  },
];
