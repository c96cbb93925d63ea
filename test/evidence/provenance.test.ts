import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPlain } from '../../src/evidence/redaction/provenance.ts';
import { createRedactor } from '../../src/evidence/redaction/redact.ts';
import { exchange } from './exchange.ts';
import { base64, PLACES, spellings } from './places.ts';

const of = (alphabet: string) => fc.string({ minLength: 6, maxLength: 80, unit: fc.constantFrom(...alphabet) });
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const ALPHABETS = {
  hex: of('0123456789abcdef'),
  'hex in upper case': of('0123456789ABCDEF'),
  digits: of('0123456789'),
  letters: of(LETTERS),
  'letters in both cases': of(LETTERS + LETTERS.toUpperCase()),
  base32: of(`${LETTERS.toUpperCase()}234567`),
  base36: of(`${LETTERS}0123456789`),
  base64: of(`${LETTERS}${LETTERS.toUpperCase()}0123456789+/`),
  base64url: of(`${LETTERS}${LETTERS.toUpperCase()}0123456789-_`),
  passwords: of(`${LETTERS}${LETTERS.toUpperCase()}0123456789!#$%*+-.:?@^_~`),
  uuid: fc.uuid(),
};

describe('what only the app knows', () => {
  it.each(Object.entries(ALPHABETS))('is hidden wherever it stands: %s', (_, secrets) => {
    fc.assert(
      fc.property(secrets, (secret) => {
        // Letters may be a word by chance, and digits a time or a round number.
        const looked = spellings(secret).filter((spelling) => !isPlain(spelling));
        fc.pre(looked.includes(secret));
        for (const [place, put] of Object.entries(PLACES)) {
          const shown = createRedactor([]).heard(put(secret));
          for (const spelling of looked) expect(shown.includes(spelling), `${place}: ${put(secret)} → ${shown}`).toBe(false);
        }
      }),
      { numRuns: 150, maxSkipsPerRun: 3, seed: 30 },
    );
  });

  it.each([
    'Please log in to see your basket: 3 items, 49.90 EUR, 1299000 points, since 2026-11-28T16:46:13.123Z.',
    'Error: ENOENT: no such file or directory, open /srv/app/config.json\n    at Server.processTicksAndRejections (node:net:95:5)',
    '{"items":["The Left Hand of Darkness"],"userName":"Ada","quantity":2,"ratio":0.30000000000000004,"maxAge":31536000}',
    '<form action="/cart/add"><input class="btn btn-primary" name="quantity" value="1"><button type="submit">Checkout</button></form>',
    'Der Warenkorb ist leer. Votre panier est vide. El carrito está vacío. Ваша корзина пуста. 购物车是空的',
    '<!doctype html><meta charset="utf-8"><meta name="viewport"><blockquote>Less is more</blockquote>',
    'web.1 answered in 12ms at localhost:3000, v18.20.4, utf-8, sha256',
    'sent by somebody who already knows everything about GitHub downloads',
  ])('leaves what readers need: %s', (text) => {
    expect(createRedactor([]).heard(text)).toBe(text);
  });

  it('leaves what stands in the session, what the visitor sends, and what is made of it', () => {
    const redactor = createRedactor([], { open: ['POST /cart/SKU88231XK'] });
    const sent = exchange({ sent: '{"note":"kq83hd72ls"}', body: 'SKU88231XK, kq83hd72ls, order-kq83hd72ls-41' });
    expect(JSON.stringify(redactor.exchange(sent))).toContain('"SKU88231XK, kq83hd72ls, order-kq83hd72ls-41"');
  });

  it('stays hidden when the visitor sends it back, and in names of files', () => {
    const redactor = createRedactor([]);
    const given = JSON.stringify(redactor.exchange(exchange({ body: '{"cart":"kq83hd72ls"}' })));
    const sent = redactor.exchange(exchange({ target: '/cart/kq83hd72ls', body: 'cart kq83hd72ls' }));
    expect(given + JSON.stringify(sent) + redactor.path('/tmp/carts/kq83hd72ls')).not.toContain('kq83hd72ls');
    const [, disguise = ''] = /cart\/(\w+)/.exec(sent.request.target) ?? [];
    expect(redactor.path('/tmp/carts/kq83hd72ls')).toBe(`/tmp/carts/${disguise}`);
    expect(redactor.path('/tmp/carts/xw72jd93qa')).toBe('/tmp/carts/xw72jd93qa');
  });

  it('is hidden in escapes, in names that are no words, and in groups', () => {
    const redactor = createRedactor([]);
    for (const hidden of [
      [...'kq83hd72ls'].map((one) => `&#${one.charCodeAt(0)};`).join(''),
      [...'kq83hd72ls'].map((one) => `%${one.charCodeAt(0).toString(16)}`).join(''),
      String.raw`b'\x8d\x12K\xff\x03mQ\x9a'`.slice(2, -1),
      'jqmmpuypeppfrrixrpvaltzb',
      '4539-1488-0343-6467',
      '4539 1488 0343 6467',
      '!xMX}W,f;q',
    ])
      for (const text of [`widget ${hidden} here`, `{:pepper "${hidden}" :n 3}`, `{"${hidden}":1}`, `${hidden}=1`])
        expect(redactor.heard(text), text).not.toContain(hidden);
    const open = String.raw`{"caf\u00e9soci\u00e9t\u00e9":1} %C3%A9t%C3%A9 &#1055;&#1088;&#1080;&#1074;&#1077;&#1090; a%20b%2Fc USERNAME=ada`;
    expect(redactor.heard(open)).toBe(open);
  });

  it('is not shown by its end when the visitor sends it back', () => {
    const redactor = createRedactor([]);
    redactor.exchange(exchange({ body: '{"pass":"","ticket":"Zq9.xK2.pW7.vBn3mQ8r"}' }));
    const { request } = redactor.exchange(exchange({ target: '/use/Zq9.xK2.pW7.vBn3mQ8r?a=1' }));
    expect(request.target).not.toContain('vBn3mQ8r');
  });

  it('keeps its shape, and differs where it differed', () => {
    const redactor = createRedactor([]);
    const disguise = (text: string) => redactor.heard(text);
    expect(disguise('a7f3-09bc41d2e8')).toMatch(/^a7f3-(?!09bc41d2e8)[0-9a-f]{10}$/);
    expect(disguise('id 4711471147')).toMatch(/^id [1-9]\d{9}$/);
    expect(disguise('0b0c4e1a-77f3-4b3e-9d27-2f60bd7f6f2a')).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-9[\da-f]{3}-[\da-f]{12}$/);
    const many = Array.from({ length: 20_000 }, (_, n) => String(300_001 + 7 * n));
    expect(new Set(many.map(disguise)).size).toBe(new Set(many).size);
    expect(disguise('4711472')).toBe(disguise('4711472'));
    expect(createRedactor([]).heard('id 4711471147')).not.toBe(disguise('id 4711471147'));
  });

  it('is shown to whoever asks for it', () => {
    expect(createRedactor([], { showValues: true }).heard('cart kq83hd72ls')).toBe('cart kq83hd72ls');
    expect(createRedactor([], { showValues: true }).heard('password=kq83hd72ls')).not.toContain('kq83hd72ls');
  });
});

describe('a secret that was sent', () => {
  it.each([
    ['by a form', 'p+w/q "x" 7', 'you sent p+w/q "x" 7'],
    ['as a form writes it', 'p w/q "x" 7', 'you sent p+w%2Fq+%22x%22+7'],
    ['in JSON of PHP', 'ab/cd/tail7', '{"you":"ab\\/cd\\/tail7"}'],
    ['in HTML', 'ab"cd\'tail7', '<p>ab&#34;cd&#x27;tail7</p>'],
    ['in Base64', 'sunshine at nine', base64('ann:sunshine at nine')],
    ['of many characters', `${'sun '.repeat(30)}end of it`, `you sent ${'sun '.repeat(30)}end of it`],
  ])('is found again %s', (_, secret, body) => {
    const redactor = createRedactor([]);
    const shown = JSON.stringify(redactor.exchange(exchange({ sent: JSON.stringify({ password: secret }), body })).reply);
    expect(shown).toContain('redacted-');
    expect(shown).not.toContain(body);
    expect(shown).not.toMatch(/end of it|nine|tail7/);
  });
});

it('leaves names as they are that others know, also where a short piece of them is no word', () => {
  const open = ['/srv/apps/jobs-bullmq', 'node', 'a2prep.mjs'];
  const { path, heard } = createRedactor([], { open });
  expect(path('/srv/apps/jobs-bullmq/photos/cat.png')).toBe('/srv/apps/jobs-bullmq/photos/cat.png');
  expect(heard("ENOENT: no such file or directory, open '/srv/apps/jobs-bullmq/photos/cat.png'")).toContain('/jobs-bullmq/photos/');
  expect(heard('imported from /srv/apps/a2prep.mjs')).toContain('a2prep.mjs');
  // What only the app knows stays hidden beside it.
  expect(heard('/srv/apps/jobs-bullmq/kx7q2-v9w8z')).not.toContain('kx7q2');
});
