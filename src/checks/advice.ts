import type { Exchange } from '../model/observation.ts';
import type { Finding } from '../model/report.ts';
import type { RuleId } from '../model/rule.ts';

interface Trait {
  readonly rules: readonly RuleId[];
  /** Whether an exchange of the session bears the mark of a framework. */
  readonly shows: (exchange: Exchange) => boolean;
  readonly fix: string;
  /** Where it keeps what is meant; in memory unless it is said. */
  readonly through?: readonly Finding['through'][];
}

const setsCookie = (pattern: RegExp) => (exchange: Exchange) =>
  exchange.reply.outcome === 'answered' &&
  exchange.reply.headers.some(([name, value]) => name === 'set-cookie' && pattern.test(value));
const sendsHeader = (pattern: RegExp) => (exchange: Exchange) =>
  exchange.reply.outcome === 'answered' && exchange.reply.headers.some(([name]) => pattern.test(name));

const SESSION: readonly RuleId[] = ['sticky-session', 'restart-loss'];

/** Fixes known for frameworks that show themselves in cookies, headers or paths. */
const TRAITS: readonly Trait[] = [
  {
    rules: SESSION,
    shows: setsCookie(/^connect\.sid=/),
    fix: 'express-session keeps sessions in memory by default: give it a store (connect-redis) with a ttl.',
  },
  {
    rules: ['boot-identity'],
    shows: setsCookie(/^connect\.sid=/),
    fix: 'Give express-session a fixed secret from the environment: secret: process.env.SESSION_SECRET.',
  },
  {
    rules: SESSION,
    shows: setsCookie(/^JSESSIONID=/),
    fix: 'Servlet sessions live in the container: use Spring Session with Redis, or keep the state in a signed cookie.',
  },
  {
    rules: SESSION,
    shows: setsCookie(/^PHPSESSID=/),
    fix: 'PHP keeps sessions in local files: set session.save_handler to redis or memcached.',
    through: ['disk'],
  },
  {
    rules: SESSION,
    shows: setsCookie(/^laravel_session=/),
    fix: 'Set SESSION_DRIVER=redis (or database).',
    through: ['memory', 'disk'],
  },
  {
    rules: SESSION,
    shows: setsCookie(/^sessionid=/),
    fix: 'Set SESSION_ENGINE to the database, or to a cache backend that all processes share (Redis, Memcached).',
    through: ['memory', 'disk'],
  },
  {
    rules: SESSION,
    shows: setsCookie(/^\.AspNetCore\.Session=/),
    fix: 'AddDistributedMemoryCache is memory of one process: register AddStackExchangeRedisCache instead.',
  },
  {
    rules: ['boot-identity'],
    shows: setsCookie(/^\.AspNetCore\./),
    fix: 'Persist the Data Protection key ring (PersistKeysToStackExchangeRedis) and set one application name.',
  },
  {
    rules: SESSION,
    shows: setsCookie(/^koa[.:]sess/),
    fix: 'Give koa-session an external store, or keep its default signed cookie.',
  },
  {
    rules: SESSION,
    shows: sendsHeader(/^mcp-session-id$/),
    fix: 'Run the MCP transport stateless (sessionIdGenerator: undefined), or keep its sessions in a store that all processes share.',
  },
  {
    rules: SESSION,
    shows: ({ request }) => /^\/socket\.io\//.test(request.target),
    fix: 'socket.io long-polling needs every request of a connection at one process: use transports: ["websocket"].',
  },
  {
    rules: ['process-memory'],
    shows: sendsHeader(/^(x-)?ratelimit(-|$)/),
    fix: 'The rate limiter counts in memory, so that N processes allow N times the limit: give it a Redis store.',
  },
];

/** The fix for the framework that these exchanges show, if one is known. */
export function frameworkFix(rule: RuleId, exchanges: readonly Exchange[], medium: Finding['through']): string | null {
  const fits = ({ rules, through = ['memory', 'boot'], shows }: Trait) =>
    rules.includes(rule) && through.includes(medium) && exchanges.some(shows);
  return TRAITS.find(fits)?.fix ?? null;
}
