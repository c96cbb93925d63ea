import { DATA, KEY, SESSION, says, setsCookie, type Trait } from './trait.ts';

/** Uploads by multer into object storage. */
const UPLOADS = {
  file: 'app.js',
  lines: [
    "+import multerS3 from 'multer-s3';",
    "-const upload = multer({ dest: 'uploads/' });",
    '+const storage = multerS3({ s3, bucket: process.env.BUCKET });',
    '+const upload = multer({ storage });',
  ],
};

/** JavaScript and TypeScript. */
export const JAVASCRIPT: readonly Trait[] = [
  {
    framework: 'express-session',
    rules: SESSION,
    shows: setsCookie(/^connect\.sid=/),
    uses: /^express-session$/,
    fix: 'express-session keeps sessions in memory by default: give it a store (connect-redis) with a ttl.',
    change: {
      file: 'app.js',
      lines: [
        "+import { RedisStore } from 'connect-redis';",
        "+import { createClient } from 'redis';",
        '+const client = createClient({ url: process.env.REDIS_URL });',
        '+await client.connect();',
        ' app.use(session({',
        '+  store: new RedisStore({ client, ttl: 86_400 }),',
      ],
    },
  },
  {
    framework: 'express-session',
    rules: KEY,
    shows: setsCookie(/^connect\.sid=/),
    uses: /^express-session$/,
    fix: 'Give express-session a fixed secret from the environment: secret: process.env.SESSION_SECRET.',
    change: { file: 'app.js', lines: [' app.use(session({', '-  secret: randomUUID(),', '+  secret: process.env.SESSION_SECRET,'] },
  },
  {
    framework: 'koa-session',
    rules: SESSION,
    shows: setsCookie(/^koa[.:]sess/),
    uses: /^koa-session$/,
    fix: 'Give koa-session an external store, or keep its default signed cookie.',
    change: {
      file: 'app.js',
      lines: [
        "+import redisStore from 'koa-redis';",
        '-app.use(session({ store: new MemoryStore() }, app));',
        '+const store = redisStore({ url: process.env.REDIS_URL });',
        '+app.use(session({ store }, app));',
      ],
    },
  },
  {
    framework: 'koa-session',
    rules: KEY,
    shows: setsCookie(/^koa[.:]sess/),
    uses: /^koa-session$/,
    fix: 'Sign its cookies with a key of the release: app.keys = [process.env.SESSION_KEY].',
    change: { file: 'app.js', lines: ['-app.keys = [randomUUID()];', '+app.keys = [process.env.SESSION_KEY];'] },
  },
  {
    framework: '@fastify/session',
    rules: SESSION,
    shows: setsCookie(/^sessionId=/),
    uses: /^@fastify\/session$/,
    fix: '@fastify/session keeps sessions in memory by default: give it a store (connect-redis).',
    change: {
      file: 'app.js',
      lines: [
        "+import { RedisStore } from 'connect-redis';",
        ' app.register(fastifySession, {',
        '   secret: process.env.SESSION_SECRET,',
        '+  store: new RedisStore({ client }),',
      ],
    },
  },
  {
    framework: 'Auth.js',
    rules: KEY,
    shows: setsCookie(/^(?:__(?:Secure|Host)-)?(?:next-auth|authjs)\./),
    uses: /^(?:next-auth|@auth\/core)$/,
    fix: 'Set one AUTH_SECRET (NEXTAUTH_SECRET) for all processes.',
    change: { file: '.env', lines: ['+AUTH_SECRET=<the same for all processes: npx auth secret, once>'] },
  },
  {
    framework: 'Next.js',
    rules: DATA,
    shows: says('x-powered-by', /^Next\.js/),
    uses: /^next$/,
    fix: 'Where it is in the cache of Next.js: share it with a cacheHandler in next.config.js, and set cacheMaxMemorySize: 0.',
    change: {
      file: 'next.config.js',
      lines: [' module.exports = {', "+  cacheHandler: require.resolve('./cache-handler.js'),", '+  cacheMaxMemorySize: 0,'],
    },
    shared: true,
  },
  {
    framework: 'Express',
    rules: ['local-disk'],
    shows: says('x-powered-by', /^Express/),
    fix: 'Where multer wrote it: store uploads in object storage (multer-s3), not with dest or diskStorage.',
    change: UPLOADS,
    through: ['disk'],
    shared: true,
  },
  {
    framework: 'multer',
    rules: ['local-disk'],
    uses: /^multer$/,
    fix: 'Store uploads in object storage (multer-s3), not with dest or diskStorage.',
    change: UPLOADS,
    through: ['disk'],
  },
  {
    framework: 'graphql-subscriptions',
    rules: ['process-memory'],
    uses: /^graphql-subscriptions$/,
    fix: 'Its PubSub reaches one process: use graphql-redis-subscriptions.',
    change: {
      file: 'app.js',
      lines: [
        "-import { PubSub } from 'graphql-subscriptions';",
        "+import { RedisPubSub } from 'graphql-redis-subscriptions';",
        '-const pubsub = new PubSub();',
        '+const connection = process.env.REDIS_URL;',
        '+const pubsub = new RedisPubSub({ connection });',
      ],
    },
  },
];
