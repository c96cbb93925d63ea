import { SPRING_SESSION } from './jvm.ts';
import { ANYWHERE, asks, both, KEY, SESSION, sendsHeader, type Trait, writes } from './trait.ts';

/** Protocols, and what says by name what went wrong. */
export const PROTOCOLS: readonly Trait[] = [
  {
    framework: 'oidc-provider',
    rules: SESSION,
    shows: writes(/interaction session (?:id cookie )?not found/i),
    uses: /^oidc-provider$/,
    fix: 'oidc-provider keeps interactions in memory by default: pass adapter: RedisAdapter, and fixed jwks and cookies.keys.',
    change: {
      file: 'app.js',
      lines: [
        ' const provider = new Provider(issuer, {',
        '+  adapter: RedisAdapter,',
        '+  jwks: JSON.parse(process.env.JWKS),',
        '+  cookies: { keys: [process.env.COOKIE_KEY] },',
      ],
    },
  },
  {
    framework: 'passport-saml',
    rules: SESSION,
    shows: writes(/InResponseTo is not valid/i),
    uses: /^(?:@node-saml\/)?(?:passport-saml|node-saml)$/,
    fix: 'node-saml remembers request ids in memory: give it a cacheProvider on Redis.',
    change: { file: 'app.js', lines: [' new SamlStrategy({', '+  cacheProvider: new RedisCacheProvider(process.env.REDIS_URL),'] },
  },
  {
    framework: 'Spring Security (OAuth 2)',
    rules: SESSION,
    shows: writes(/authorization_request_not_found/),
    fix: 'The authorization request is kept in the HttpSession: add spring-session-data-redis, or an AuthorizationRequestRepository in a cookie.',
    change: SPRING_SESSION,
  },
  {
    framework: 'Next.js server actions',
    rules: KEY,
    shows: writes(/Failed to find Server Action/),
    fix: 'Build once for all processes, or set NEXT_SERVER_ACTIONS_ENCRYPTION_KEY.',
    change: {
      file: '.env',
      lines: ['+NEXT_SERVER_ACTIONS_ENCRYPTION_KEY=<openssl rand -base64 32, once>'],
    },
  },
  {
    framework: 'JavaServer Faces',
    rules: [...SESSION, ...KEY],
    shows: writes(/(?:javax|jakarta)\.faces\.ViewState/),
    fix: 'Set jakarta.faces.STATE_SAVING_METHOD=client, and one jsf/ClientSideSecretKey for all processes.',
    change: {
      file: 'web.xml',
      lines: [
        '+<context-param>',
        '+  <param-name>jakarta.faces.STATE_SAVING_METHOD</param-name>',
        '+  <param-value>client</param-value>',
        '+</context-param>',
      ],
    },
  },
  {
    framework: 'MCP (streamable HTTP)',
    rules: SESSION,
    shows: sendsHeader(/^mcp-session-id$/),
    fix: 'Run the MCP transport stateless (sessionIdGenerator: undefined), or keep its sessions in a store that all processes share.',
    change: {
      file: 'server.js',
      lines: [
        ' const transport = new StreamableHTTPServerTransport({',
        '-  sessionIdGenerator: () => randomUUID(),',
        '+  sessionIdGenerator: undefined,',
      ],
    },
  },
  {
    framework: 'Socket.IO',
    rules: SESSION,
    shows: asks(/^\/socket\.io\//),
    fix: 'socket.io long-polling needs every request of a connection at one process: use transports: ["websocket"].',
    change: { file: 'client.js', lines: ['-const socket = io();', "+const socket = io({ transports: ['websocket'] });"] },
  },
  {
    framework: 'SignalR',
    rules: SESSION,
    shows: both(asks(/\/negotiate(?:\?|$)/), writes(/"connectionToken"|"availableTransports"/)),
    fix: 'Connect with WebSockets alone (skipNegotiation: true), or use Azure SignalR Service: a Redis backplane does not help here.',
    change: {
      file: 'client.js',
      lines: [
        "-.withUrl('/hub')",
        "+.withUrl('/hub', {",
        '+  skipNegotiation: true,',
        '+  transport: signalR.HttpTransportType.WebSockets,',
        '+})',
      ],
    },
  },
  {
    framework: 'Gradio',
    rules: SESSION,
    shows: asks(/^\/(?:gradio_api\/)?(?:queue\/(?:join|data)|call\/)/),
    fix: 'The queue of Gradio lives in one process: run one, and scale by one app per process behind its own address.',
  },
  {
    framework: 'Streamlit',
    rules: [...SESSION, 'local-disk'],
    shows: asks(/^\/_stcore\//),
    fix: 'Streamlit keeps its sessions and uploads in one process: keep what must last in a store (st.connection).',
    through: ANYWHERE,
  },
  {
    framework: 'tus',
    rules: ['local-disk', 'process-memory'],
    shows: sendsHeader(/^tus-resumable$/),
    uses: /^(?:@tus\/server|tus-node-server)$/,
    fix: 'Keep uploads in object storage: new Server({ datastore: new S3Store(…) }) in @tus/server, or s3store in tusd.',
    change: {
      file: 'server.js',
      lines: [
        "-const datastore = new FileStore({ directory: './files' });",
        '+const datastore = new S3Store({',
        '+  s3ClientConfig: { bucket: process.env.BUCKET },',
        '+});',
        " const server = new Server({ path: '/files', datastore });",
      ],
    },
    through: ANYWHERE,
  },
  {
    framework: 'a rate limiter',
    rules: ['process-memory'],
    shows: sendsHeader(/^(x-)?ratelimit(-|$)/),
    fix: 'The rate limiter counts in memory, so that N processes allow N times the limit: give it a Redis store.',
    change: {
      file: 'app.js',
      lines: [
        "+import { RedisStore } from 'rate-limit-redis';",
        ' rateLimit({',
        '+  store: new RedisStore({',
        '+    sendCommand: (...args) => client.sendCommand(args),',
        '+  }),',
      ],
    },
  },
];
