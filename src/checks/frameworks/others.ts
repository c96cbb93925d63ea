import { KEY, SESSION, setsCookie, type Trait } from './trait.ts';

/** Elixir and .NET. */
export const OTHERS: readonly Trait[] = [
  {
    framework: 'Phoenix',
    rules: KEY,
    shows: setsCookie(/^_\w+_key=/),
    uses: /^phoenix$/,
    fix: 'Set one secret_key_base for all processes: System.fetch_env!("SECRET_KEY_BASE") in config/runtime.exs.',
  },
  {
    framework: 'Phoenix',
    rules: SESSION,
    shows: setsCookie(/^_\w+_key=/),
    uses: /^phoenix$/,
    fix: 'Plug.Session with store: :ets is memory of one process: use store: :cookie.',
  },
  {
    framework: 'ASP.NET Core',
    rules: SESSION,
    shows: setsCookie(/^\.AspNetCore\.Session=/),
    fix: 'AddDistributedMemoryCache is memory of one process: register AddStackExchangeRedisCache instead.',
  },
  {
    framework: 'ASP.NET Core',
    rules: KEY,
    shows: setsCookie(/^\.AspNetCore\./),
    fix: 'Persist the Data Protection key ring (PersistKeysToStackExchangeRedis) and set one application name.',
  },
];
