import { KEY, SESSION, setsCookie, type Trait } from './trait.ts';

/** Elixir and .NET. */
export const OTHERS: readonly Trait[] = [
  {
    framework: 'Phoenix',
    rules: KEY,
    shows: setsCookie(/^_\w+_key=/),
    uses: /^phoenix$/,
    fix: 'Set one secret_key_base for all processes: System.fetch_env!("SECRET_KEY_BASE") in config/runtime.exs.',
    change: {
      file: 'config/runtime.exs',
      lines: [' config :my_app, MyAppWeb.Endpoint,', '+  secret_key_base: System.fetch_env!("SECRET_KEY_BASE")'],
    },
  },
  {
    framework: 'Phoenix',
    rules: SESSION,
    shows: setsCookie(/^_\w+_key=/),
    uses: /^phoenix$/,
    fix: 'Plug.Session with store: :ets is memory of one process: use store: :cookie.',
    change: {
      file: 'endpoint.ex',
      lines: [
        '-plug Plug.Session, store: :ets, key: "_my_app_key", table: :session',
        '+plug Plug.Session, store: :cookie, key: "_my_app_key",',
        '+  signing_salt: "…"',
      ],
    },
  },
  {
    framework: 'ASP.NET Core',
    rules: SESSION,
    shows: setsCookie(/^\.AspNetCore\.Session=/),
    fix: 'AddDistributedMemoryCache is memory of one process: register AddStackExchangeRedisCache instead.',
    change: {
      file: 'Program.cs',
      lines: [
        '-builder.Services.AddDistributedMemoryCache();',
        '+builder.Services.AddStackExchangeRedisCache(options =>',
        '+    options.Configuration = builder.Configuration["REDIS"]);',
      ],
    },
  },
  {
    framework: 'ASP.NET Core',
    rules: KEY,
    shows: setsCookie(/^\.AspNetCore\./),
    fix: 'Persist the Data Protection key ring (PersistKeysToStackExchangeRedis) and set one application name.',
    change: {
      file: 'Program.cs',
      lines: [
        '+var redis = ConnectionMultiplexer.Connect(configuration["REDIS"]!);',
        '+builder.Services.AddDataProtection()',
        '+    .SetApplicationName("shop")',
        '+    .PersistKeysToStackExchangeRedis(redis);',
      ],
    },
  },
];
