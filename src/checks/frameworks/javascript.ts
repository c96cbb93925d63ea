import { DATA, KEY, SESSION, says, setsCookie, type Trait } from './trait.ts';

/** JavaScript and TypeScript. */
export const JAVASCRIPT: readonly Trait[] = [
  {
    framework: 'express-session',
    rules: SESSION,
    shows: setsCookie(/^connect\.sid=/),
    uses: /^express-session$/,
    fix: 'express-session keeps sessions in memory by default: give it a store (connect-redis) with a ttl.',
  },
  {
    framework: 'express-session',
    rules: KEY,
    shows: setsCookie(/^connect\.sid=/),
    uses: /^express-session$/,
    fix: 'Give express-session a fixed secret from the environment: secret: process.env.SESSION_SECRET.',
  },
  {
    framework: 'koa-session',
    rules: SESSION,
    shows: setsCookie(/^koa[.:]sess/),
    uses: /^koa-session$/,
    fix: 'Give koa-session an external store, or keep its default signed cookie.',
  },
  {
    framework: 'koa-session',
    rules: KEY,
    shows: setsCookie(/^koa[.:]sess/),
    uses: /^koa-session$/,
    fix: 'Sign its cookies with a key of the release: app.keys = [process.env.SESSION_KEY].',
  },
  {
    framework: '@fastify/session',
    rules: SESSION,
    shows: setsCookie(/^sessionId=/),
    uses: /^@fastify\/session$/,
    fix: '@fastify/session keeps sessions in memory by default: give it a store (connect-redis).',
  },
  {
    framework: 'Auth.js',
    rules: KEY,
    shows: setsCookie(/^(?:__(?:Secure|Host)-)?(?:next-auth|authjs)\./),
    uses: /^(?:next-auth|@auth\/core)$/,
    fix: 'Set one AUTH_SECRET (NEXTAUTH_SECRET) for all processes.',
  },
  {
    framework: 'Next.js',
    rules: DATA,
    shows: says('x-powered-by', /^Next\.js/),
    uses: /^next$/,
    fix: 'Where it is in the cache of Next.js: share it with a cacheHandler in next.config.js, and set cacheMaxMemorySize: 0.',
    shared: true,
  },
  {
    framework: 'Express',
    rules: ['local-disk'],
    shows: says('x-powered-by', /^Express/),
    fix: 'Where multer wrote it: store uploads in object storage (multer-s3), not with dest or diskStorage.',
    through: ['disk'],
    shared: true,
  },
  {
    framework: 'multer',
    rules: ['local-disk'],
    uses: /^multer$/,
    fix: 'Store uploads in object storage (multer-s3), not with dest or diskStorage.',
    through: ['disk'],
  },
  {
    framework: 'graphql-subscriptions',
    rules: ['process-memory'],
    uses: /^graphql-subscriptions$/,
    fix: 'Its PubSub reaches one process: use graphql-redis-subscriptions.',
  },
];
