import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isPlain } from '../src/evidence/redaction/provenance.ts';
import { PLACES, spellings } from './evidence/places.ts';
import { APPS, run, workspace } from './support/cli.ts';

const VAULT = ['node', join(APPS, 'vault.mjs')];

/** Every secret of the audit, by where it was put. */
const secrets = new Map<string, string>();
let made = 0;

/** A new secret; `short`: so short that it is only known to be one because the client sent it. */
function secret(where: string, kind: 'long' | 'short' | 'number' = 'long'): string {
  const number = ++made;
  const values = { long: `w${number}xQzv${number}kB7`, short: `q${number}z`, number: String(48_200_000 + 7 * number) };
  secrets.set(where, values[kind]);
  return values[kind];
}

const NAMES = [
  ...[
    'password',
    'passwd',
    'pwd',
    'db_pwd',
    'passcode',
    'password2',
    'password_confirmation',
    'newPassword',
    'passphrase',
    'Password',
  ],
  ...[
    'secret',
    'clientSecret',
    'client_secret',
    'token',
    'accessToken',
    'refresh_token',
    'id_token',
    'xsrf-token',
    'csrfToken',
    '_csrf',
  ],
  ...[
    'authenticity_token',
    'access_key',
    'accessKey',
    'apiKey',
    'api_key',
    'api-key',
    'apikey',
    'private_key',
    'signing_key',
    'credential',
  ],
  ...[
    'sessionId',
    'session_id',
    'sid',
    'jwt',
    'otp',
    'totp_secret',
    'code_verifier',
    'recovery_code',
    'aws_secret_access_key',
    'cvv',
  ],
];
const HEADERS = [
  ...['X-Access-Token', 'Private-Token', 'X-Goog-Api-Key', 'apikey', 'X-Session-Id', 'X-Api-Key', 'Api-Key', 'X-Auth-Token'],
  ...['X-CSRF-Token', 'X-XSRF-TOKEN', 'Mcp-Session-Id', 'X-Amz-Security-Token', 'X-Vault-Token', 'X-Client-Secret'],
];
const put = (where: string, kind?: 'long' | 'short' | 'number') => (name: string) => secret(`${where}: ${name}`, kind);
const object = (where: string) => Object.fromEntries(NAMES.map((name) => [name, put(where)(name)]));
const pairs = (where: string, kind?: 'short') =>
  NAMES.map((name) => `${encodeURIComponent(name)}=${put(where, kind)(name)}`).join('&');
const base64 = (text: string) => Buffer.from(text).toString('base64');

const REPLIES = {
  '/json': {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...object('JSON reply'), kept: 'this is no secret' }),
  },
  '/lists': {
    headers: { 'content-type': 'application/json' },
    body: `{"tokens": ["${put('list')('first')}", "${put('list')('second')}"], "recovery_codes": [${put('list', 'number')('numbers')}], "otp": ${put('number', 'number')('otp')}}`,
  },
  '/nested': {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      log: JSON.stringify({ password: put('JSON within JSON')('password') }),
      db: { pwd: put('nested')('pwd') },
    }),
  },
  '/page': {
    headers: { 'content-type': 'text/html' },
    body: `<meta name="csrf-token" content="${put('page')('meta')}"><form><input type=hidden name=_token value=${put('page')('unquoted')}>
<input type="password" name="x" value="${put('page')('type password')}"><div data-api-key='${put('page')('data attribute')}'></div>
<script>window.token = "${put('script')('double')}"; const apiKey='${put('script')('single')}'; var cfg = { secret: \`${put('script')('template')}\`, csrfToken: "${put('script')('member')}" };</script>`,
  },
  '/xml': {
    headers: { 'content-type': 'application/xml' },
    body: `<a><Password>${put('XML')('element')}</Password><wsse:Token type="x">${put('XML')('prefixed')}</wsse:Token><secret><![CDATA[${put('XML')('cdata')}]]></secret><b token="${put('XML')('attribute')}"/></a>`,
  },
  '/text': {
    body: `db: postgres://app:${put('userinfo')('postgres')}@db/shop and redis://:${put('userinfo')('redis')}@cache
password=${put('text')('assignment')} token: ${put('text')('colon')}
--api-key ${put('text')('flag')} --token=${put('text')('flag with =')}
ghp_${put('form')('github')}${'a'.repeat(20)} AKIA${secretForm('form: aws', 'ABCDEFGHIJKLMNOP')} sk_live_${put('form')('stripe')}${'b'.repeat(8)} glpat-${put('form')('gitlab')}${'c'.repeat(12)} xoxb-${put('form')('slack')}
-----BEGIN PRIVATE KEY-----\n${put('form')('private key')}\n-----END PRIVATE KEY-----`,
  },
  '/headers': {
    status: 200,
    headers: {
      'Set-Cookie': `sid=${put('Set-Cookie')('sid')}; Path=/`,
      'X-Auth-Token': put('reply header')('X-Auth-Token'),
      Location: `/cb?access_token=${put('redirect')('access_token')}&state=1`,
    },
    body: 'ok',
  },
};

function secretForm(where: string, value: string): string {
  secrets.set(where, value);
  return value;
}

function session(): string {
  const multipart = ['password', 'user[password]', 'api_key']
    .map((name) => `--b0\nContent-Disposition: form-data; name="${name}"\n\n${put('multipart')(name)}`)
    .join('\n');
  const digest = put('Digest')('response');
  const [password, basic] = [put('Basic')('password'), put('Basic', 'short')('short password')];
  return [
    '@name = {{$uuid}}\nPOST http://localhost/keep/{{name}}\n\na note',
    'GET http://localhost/kept/{{name}}',
    ...Object.keys(REPLIES).map((path) => `GET http://localhost${path}`),
    `GET http://localhost/echo/query?${pairs('query')}`,
    `GET http://localhost/login?api_key=${put('target')('in the session file')}`,
    `POST http://localhost/echo/form\nContent-Type: application/x-www-form-urlencoded\n\n${pairs('form', 'short')}&user%5Bpassword%5D=${put('form')('user%5Bpassword%5D')}&user[pwd]=${put('form')('user[pwd]')}`,
    `POST http://localhost/echo/json\nContent-Type: application/json\n\n${JSON.stringify({ ...object('JSON request'), pin: put('JSON', 'short')('pin') })}`,
    `POST http://localhost/echo/multipart\nContent-Type: multipart/form-data; boundary=b0\n\n${multipart}\n--b0--`,
    `POST http://localhost/echo/graphql\nContent-Type: application/json\n\n${JSON.stringify({ query: `mutation { login(user: "ann", password: "${put('GraphQL')('literal')}") { token } }`, variables: { password: put('GraphQL')('variable') } })}`,
    `POST http://localhost/echo/xml\nContent-Type: text/xml\n\n<Login><Password>${put('XML request')('Password')}</Password></Login>`,
    `GET http://localhost/echo/headers\n${HEADERS.map((name) => `${name}: ${put('request header')(name)}`).join('\n')}\nCookie: sid=${put('Cookie')('sid')}; token=${put('Cookie', 'short')('token')}`,
    `GET http://localhost/echo/bearer\nAuthorization: Bearer ${put('Bearer')('token')}`,
    `GET http://localhost/echo/basic\nAuthorization: Basic ${base64(`ann:${password}`)}`,
    `POST http://localhost/echo/basic2\nAuthorization: Basic ${base64(`ann:${basic}`)}\n\nmy password is ${basic}, and ${password}`,
    `GET http://localhost/echo/digest\nAuthorization: Digest username="ann", nonce="1", response="${digest}"`,
    `GET http://localhost/echo/proxy\nProxy-Authorization: Bearer ${put('Proxy-Authorization')('token')}`,
    `POST http://localhost/echo/encoded\nContent-Type: application/x-www-form-urlencoded\n\npassword=${encodeURIComponent(secretForm('encoded form', 'p@ss wörd/1&2'))}`,
  ]
    .map((request, index) => `### step ${index + 1}\n# @no-cookie-jar\n${request}`)
    .join('\n\n');
}

function everything(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}

/** Where secrets were put that can be found in a text: short ones as words. */
function leaked(text: string): string[] {
  const words = new Set(text.split(/[^\p{L}\p{N}]+/u));
  return [...secrets].flatMap(([where, value]) => (words.has(value) || (value.length >= 8 && text.includes(value)) ? [where] : []));
}

describe('secrets', () => {
  it('reach neither a file nor the terminal, wherever they are put', async () => {
    const env = ['DATABASE_URL', 'STRIPE_KEY', 'DB_PWD', 'SMTP_AUTH', 'ADMIN_TOKEN'].map((name) =>
      name === 'DATABASE_URL' ? `${name}=postgres://app:${put('--env')(name)}@localhost/shop` : `${name}=${put('--env')(name)}`,
    );
    await using folder = await workspace({ 'visit.http': session(), 'replies.json': JSON.stringify(REPLIES) });
    const flags = [
      ...[
        '--session',
        'visit.http',
        '--output',
        'out',
        '--strength',
        '2',
        '--host',
        'plain',
        '--reporter',
        'terminal',
        '--reporter',
        'json=out/report.json',
        '--verbose',
      ],
      ...env.flatMap((one) => ['--env', one]),
      ...['--env', 'REPLIES=replies.json', '--changed-env', `RELEASE_TOKEN=${put('--changed-env')('RELEASE_TOKEN')}`],
      ...['--allow-unjudged', 'all'],
    ];
    const command = [...VAULT, `--api-key=${put('command')('--api-key=')}`, '--token', put('command')('--token'), '-p', '1'];
    const { stdout, stderr, exitCode } = await run(['check', ...flags, '--', ...command], { cwd: folder.path });
    expect(stderr + stdout).toContain('conforms');
    expect(exitCode).toBe(0);
    expect(secrets.size).toBeGreaterThan(150);
    expect(leaked([...secrets.values()].join(' '))).toHaveLength(secrets.size);
    expect(everything(join(folder.path, 'out')).match(/you said/g)?.length).toBeGreaterThan(1000);
    expect(leaked(everything(join(folder.path, 'out')))).toEqual([]);
    expect(leaked(stdout + stderr)).toEqual([]);
    expect(everything(join(folder.path, 'out'))).toContain('this is no secret');

    const broken = await run(['check', ...flags, '--env', 'BROKEN=yes', '--', ...command], { cwd: folder.path });
    expect(broken.exitCode).toBe(2);
    expect(broken.stderr).toContain('cannot connect to');
    expect(leaked(broken.stdout + broken.stderr + everything(join(folder.path, 'out')))).toEqual([]);
  });

  it('that only the app knows do so neither, and its findings are understood', async () => {
    const hidden = Object.keys(PLACES).map((place, index) => [place, randomOf(ALPHABETS[index % ALPHABETS.length] ?? '')] as const);
    const dump = hidden.map(([place, value]) => PLACES[place]?.(value)).join('\n');
    await using folder = await workspace({
      'visit.http': 'POST http://localhost/mark\n\n###\nGET http://localhost/debug',
      'replies.json': JSON.stringify({
        '/mark': { body: 'marked' },
        '/debug': { body: `this process is marked: ‹marked›\n${dump}` },
      }),
    });
    const audit = (...flags: string[]) =>
      run(
        [
          ...[
            'check',
            '--session',
            'visit.http',
            '--output',
            'out',
            '--strength',
            '2',
            '--host',
            'plain',
            '--env',
            'REPLIES=replies.json',
            '--fail-fast',
          ],
          ...['--reporter', 'terminal,json=report.json,html=report.html,markdown=report.md', '--verbose', ...flags, '--', ...VAULT],
        ],
        { cwd: folder.path },
      );
    const { stdout, stderr, exitCode } = await audit();
    expect(exitCode, stderr).toBe(1);
    const report = readFileSync(join(folder.path, 'report.json'), 'utf8');
    const stored = [stdout, report, ...['report.html', 'report.md'].map((name) => readFileSync(join(folder.path, name), 'utf8'))];
    const all = `${stored.join('\n')}\n${everything(join(folder.path, 'out'))}`;
    const leaks = hidden.filter(([, value]) => spellings(value).some((spelling) => !isPlain(spelling) && all.includes(spelling)));
    expect(leaks).toEqual([]);
    expect(stdout).toMatch(/marked: yes[\s\S]*marked: no/);
    expect(stdout).toContain('--show-values');

    const again = await run(['report', 'out', '--reporter', 'json'], { cwd: folder.path });
    expect(JSON.parse(again.stdout)).toEqual(JSON.parse(report));

    await audit('--show-values');
    const open = everything(join(folder.path, 'out'));
    expect(hidden.filter(([place, value]) => !open.includes(JSON.stringify(PLACES[place]?.(value)).slice(1, -1)))).toEqual([]);
  });
});

const ALPHABETS = ['0123456789abcdef', 'abcdefghjkmnpqrstvwxyz23456789', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 'abcXYZ0189!#$%*-._~'];

/** From 8 to 40 characters. */
function randomOf(alphabet: string): string {
  for (;;) {
    const text = Array.from({ length: randomInt(8, 41) }, () => alphabet[randomInt(alphabet.length)]).join('');
    if (!isPlain(text)) return text;
  }
}
