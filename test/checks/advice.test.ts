import { describe, expect, it } from 'vitest';
import { fixFor, type Shown } from '../../src/checks/findings/advice.ts';
import { TRAITS } from '../../src/checks/frameworks/index.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { Exchange } from '../../src/model/observation.ts';
import type { RuleId } from '../../src/model/rule.ts';

function exchange({
  target = '/',
  headers = [],
  text = '',
}: {
  target?: string;
  headers?: [string, string][];
  text?: string;
}): Exchange {
  const body = { text, bytes: text.length, digest: '', binary: false, state: 'whole' } as const;
  return {
    step: 0,
    by: 'web.1',
    request: { method: 'GET', target, headers: [], body: '' },
    reply: { outcome: 'answered', status: 200, headers, body, ms: 1, tries: 1 },
    visitor: 0,
    issued: null,
    setsClock: false,
  };
}

const cookie = (name: string) => exchange({ headers: [['set-cookie', `${name}=redacted; Path=/`]] });
const served = (server: string, name: string) =>
  exchange({
    headers: [
      ['server', server],
      ['set-cookie', `${name}=redacted`],
    ],
  });

const GENERIC = 'Keep it in a store.';
const fixOf = (id: RuleId, shown: Shown, through: Finding['through']) => fixFor({ id, fix: GENERIC }, shown, through).fix;
const sent = (...exchanges: Exchange[]) => ({ exchanges, dependencies: [] });

/** What each framework was seen to send, and a part of what is then advised. */
const SEEN: readonly (readonly [
  framework: string,
  exchange: Exchange,
  rule: RuleId,
  through: Finding['through'],
  advice: string,
])[] = [
  ['express-session', cookie('connect.sid'), 'sticky-session', 'memory', 'connect-redis'],
  ['express-session', cookie('connect.sid'), 'boot-identity', 'boot', 'SESSION_SECRET'],
  ['koa-session', cookie('koa.sess'), 'sticky-session', 'memory', 'external store'],
  ['@fastify/session', cookie('sessionId'), 'sticky-session', 'memory', '@fastify/session'],
  ['Auth.js', cookie('__Secure-next-auth.session-token'), 'boot-identity', 'boot', 'AUTH_SECRET'],
  ['servlets', cookie('JSESSIONID'), 'sticky-session', 'memory', 'Spring Session'],
  ['Spring Session', cookie('SESSION'), 'sticky-session', 'memory', 'If this is Spring Session: '],
  [
    'Spring Security',
    exchange({ text: '[authorization_request_not_found]' }),
    'sticky-session',
    'memory',
    'spring-session-data-redis',
  ],
  ['Play', cookie('PLAY_SESSION'), 'boot-identity', 'boot', 'play.http.secret.key'],
  [
    'JavaServer Faces',
    exchange({ text: '<input name="jakarta.faces.ViewState">' }),
    'sticky-session',
    'memory',
    'STATE_SAVING_METHOD',
  ],
  ['Laravel', cookie('laravel_session'), 'sticky-session', 'disk', 'SESSION_DRIVER=redis'],
  ['Laravel', cookie('laravel_session'), 'boot-identity', 'boot', 'APP_KEY'],
  ['CodeIgniter', cookie('ci_session'), 'sticky-session', 'disk', 'RedisHandler'],
  ['CakePHP', cookie('CAKEPHP'), 'sticky-session', 'disk', "'defaults' => 'cache'"],
  ['PHP', cookie('PHPSESSID'), 'sticky-session', 'disk', 'session.save_handler'],
  ['Django', cookie('sessionid'), 'sticky-session', 'memory', 'SESSION_ENGINE'],
  ['Django', cookie('csrftoken'), 'boot-identity', 'boot', 'SECRET_KEY'],
  ['Flask', served('gunicorn', 'session'), 'boot-identity', 'boot', 'If this is Flask: '],
  ['Starlette', served('uvicorn', 'session'), 'boot-identity', 'boot', 'If this is Starlette: '],
  [
    'Rails',
    exchange({
      headers: [
        ['x-runtime', '0.01'],
        ['set-cookie', '_shop_session=x'],
      ],
    }),
    'boot-identity',
    'boot',
    'SECRET_KEY_BASE',
  ],
  ['Rails', exchange({ headers: [['x-runtime', '0.01']] }), 'local-disk', 'disk', ':redis_cache_store'],
  ['Rack', cookie('rack.session'), 'boot-identity', 'boot', 'session_secret'],
  ['Phoenix', cookie('_shop_key'), 'boot-identity', 'boot', 'secret_key_base'],
  ['ASP.NET Core', cookie('.AspNetCore.Session'), 'sticky-session', 'memory', 'AddStackExchangeRedisCache'],
  ['ASP.NET Core', cookie('.AspNetCore.Antiforgery.x'), 'boot-identity', 'boot', 'Data Protection'],
  ['MCP', exchange({ headers: [['mcp-session-id', 'x']] }), 'sticky-session', 'memory', 'sessionIdGenerator: undefined'],
  ['Socket.IO', exchange({ target: '/socket.io/?EIO=4' }), 'sticky-session', 'memory', 'websocket'],
  [
    'SignalR',
    exchange({ target: '/hub/negotiate?x=1', text: '{"connectionToken":"x"}' }),
    'sticky-session',
    'memory',
    'skipNegotiation',
  ],
  ['Gradio', exchange({ target: '/queue/join' }), 'sticky-session', 'memory', 'Gradio'],
  ['Streamlit', exchange({ target: '/_stcore/upload_file/x' }), 'local-disk', 'disk', 'Streamlit'],
  ['tus', exchange({ headers: [['tus-resumable', '1.0.0']] }), 'local-disk', 'disk', 'S3Store'],
  ['oidc-provider', exchange({ text: 'interaction session not found' }), 'sticky-session', 'memory', 'RedisAdapter'],
  ['passport-saml', exchange({ text: 'InResponseTo is not valid' }), 'sticky-session', 'memory', 'cacheProvider'],
  ['Next.js', exchange({ headers: [['x-powered-by', 'Next.js']] }), 'stale-memory', 'memory', 'If this is Next.js: '],
  [
    'Next.js server actions',
    exchange({ text: 'Failed to find Server Action "x"' }),
    'boot-identity',
    'boot',
    'NEXT_SERVER_ACTIONS_ENCRYPTION_KEY',
  ],
  ['Express', exchange({ headers: [['x-powered-by', 'Express']] }), 'local-disk', 'disk', 'multer-s3'],
  ['a rate limiter', exchange({ headers: [['ratelimit-remaining', '3']] }), 'process-memory', 'memory', 'Redis store'],
];

describe('advice by framework', () => {
  it.each(SEEN)('%s is known by what it sends', (_, seen, rule, through, advice) => {
    expect(fixOf(rule, sent(exchange({}), seen), through)).toContain(advice);
  });

  it('is known for at least twenty, each of them shown here', () => {
    const names = new Set(TRAITS.map(({ framework }) => framework));
    expect(names.size).toBeGreaterThanOrEqual(20);
    const shown = TRAITS.filter((trait) => SEEN.some(([, seen, rule]) => trait.rules.includes(rule) && trait.shows?.(seen)));
    const bySending = TRAITS.flatMap(({ framework, shows }) => (shows === undefined ? [] : [framework]));
    expect(new Set(shown.map(({ framework }) => framework))).toEqual(new Set(bySending));
  });

  it('has the change as code, in one to six lines that fit a terminal, wherever there is one that is always this', () => {
    const without = TRAITS.filter(({ change }) => change === undefined).map(({ framework }) => framework);
    expect(without).toEqual(['Gradio', 'Streamlit']);
    for (const { change } of TRAITS) {
      expect(change?.lines.length ?? 1).toBeLessThanOrEqual(6);
      for (const line of change?.lines ?? []) expect(line).toMatch(/^[+ -].{1,69}$/);
      if (change !== undefined) expect(change.lines.join('\n')).toMatch(/^\+/m);
    }
    const shown = sent(cookie('connect.sid'));
    expect(fixFor({ id: 'sticky-session', fix: GENERIC }, shown, 'memory').change).toMatchObject({
      framework: 'express-session',
      file: 'app.js',
    });
    expect(fixFor({ id: 'stale-memory', fix: GENERIC }, shown, 'memory').change).toBeNull();
  });

  it.each([
    ['express-session', 'sticky-session', 'memory', 'connect-redis'],
    ['Flask', 'boot-identity', 'boot', 'secret_key'],
    ['laravel/framework', 'sticky-session', 'disk', 'SESSION_DRIVER'],
    ['multer', 'local-disk', 'disk', 'multer-s3'],
  ] as const)('is given under a condition where an app only depends on %s', (dependency, rule, through, advice) => {
    const fix = fixOf(rule, { exchanges: [exchange({})], dependencies: [dependency] }, through);
    expect(fix).toMatch(/^Keep it in a store\. If this is /);
    expect(fix).toContain(advice);
  });

  it('is given for nothing that bears no mark, and only for where the framework keeps it', () => {
    for (const [, , rule, through] of SEEN)
      expect(fixOf(rule, sent(exchange({ text: 'hello' }), cookie('id')), through)).toBe(GENERIC);
    expect(fixOf('sticky-session', sent(cookie('connect.sid')), 'disk')).toBe(GENERIC);
    expect(fixOf('process-memory', sent(cookie('sessionid')), 'memory')).toBe(GENERIC);
  });
});
