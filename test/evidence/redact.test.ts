import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/evidence/redaction/redact.ts';
import { exchange } from './exchange.ts';

const SECRET = 's3cr3t-value-0123456789';

describe('redaction', () => {
  it.each([
    ['an Authorization header', exchange({ headers: [['authorization', `Bearer ${SECRET}`]] })],
    ['a cookie sent', exchange({ headers: [['cookie', `a=1; sid=${SECRET}`]] })],
    ['a cookie set', exchange({ received: [['set-cookie', `sid=${SECRET}; Path=/`]] })],
    ['a JSON password', exchange({ sent: `{"password": "${SECRET}"}` })],
    ['a form token', exchange({ sent: `user=ann&csrf_token=${SECRET}` })],
    ['a JSON reply', exchange({ body: `{"accessToken":"${SECRET}"}` })],
    ['a hidden input', exchange({ body: `<input type="hidden" name="_csrf" value="${SECRET}">` })],
    ['a query parameter', exchange({ target: `/cb?token=${SECRET}` })],
    ['a redirect', exchange({ received: [['location', `/cb?access_token=${SECRET}`]] })],
    ['a value of the environment', exchange({ body: `<p>${SECRET}</p>` })],
  ])('hides %s', (name, given) => {
    const redactor = createRedactor(name.includes('environment') ? [SECRET] : []);
    expect(JSON.stringify(redactor.exchange(given))).not.toContain(SECRET);
  });

  it('hides a JSON web token anywhere', () => {
    const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
    expect(createRedactor([]).text(`hello ${jwt} there`)).toMatch(/^hello redacted-[0-9a-f]{12}s there$/);
  });

  it('hides in later replies what was a secret in an earlier one', () => {
    const redactor = createRedactor([]);
    redactor.exchange(exchange({ received: [['set-cookie', `sid=${SECRET}`]] }));
    expect(redactor.text(`your id is ${SECRET}`)).not.toContain(SECRET);
  });

  it('hides a cookie that tells the time in its own field only', () => {
    const redactor = createRedactor([]);
    const now = Math.floor(Date.now() / 1000);
    const shown = redactor.exchange(exchange({ received: [['set-cookie', `seen=${now}`]], body: `the time is ${now}` }));
    expect(shown.reply).toMatchObject({ headers: [['set-cookie', expect.stringMatching(/^seen=redacted-/)]] });
    expect(redactor.text(`the time is ${now}`)).toBe(`the time is ${now}`);
    redactor.exchange(exchange({ received: [['set-cookie', 'pin=4711471147']] }));
    expect(redactor.text('your pin is 4711471147')).not.toContain('4711471147');
  });

  it('gives equal secrets equal marks, and different ones different marks', () => {
    const redactor = createRedactor([]);
    const mark = (token: string) => redactor.text(JSON.stringify({ token }));
    expect(mark(SECRET)).toBe(mark(SECRET));
    expect(mark(SECRET)).not.toBe(mark(`${SECRET}x`));
    expect(createRedactor([]).text(JSON.stringify({ token: SECRET }))).not.toBe(mark(SECRET));
  });

  it('stores nothing in which a short secret can be tried out', () => {
    const hash = (text: string) => createHash('sha256').update(text).digest('hex');
    const given = exchange({ target: '/x?pin=4711', received: [['set-cookie', 'pin=4711']], body: '4711' });
    const reply =
      given.reply.outcome === 'answered' ? { ...given.reply, body: { ...given.reply.body, digest: hash('4711') } } : given.reply;
    const stored = JSON.stringify(createRedactor(['4711']).exchange({ ...given, reply }));
    expect(stored).not.toContain('4711');
    const words = [...new Set(['', ...stored.split(/[^\w-]+/)])];
    const isHit = (pin: string) =>
      [pin, hash(pin)].some((text) =>
        words.some((key) => stored.includes(createHmac('sha256', key).update(text).digest('hex').slice(0, 12))),
      );
    const hits = Array.from({ length: 200 }, (_, n) => String(4_600 + n)).filter((pin) => stored.includes(hash(pin)) || isHit(pin));
    expect(hits).toEqual([]);
  });

  it('leaves everything else as it was', () => {
    const plain = exchange({
      target: '/cart?id=7',
      sent: '{"item":"book"}',
      body: '{"items":["book"]}',
      received: [['content-type', 'application/json']],
    });
    const { reply, ...rest } = createRedactor([]).exchange(plain);
    const digest = reply.outcome === 'answered' ? reply.body.digest : '';
    expect({ ...rest, reply }).toEqual(JSON.parse(JSON.stringify(plain).replace('"digest":""', `"digest":"${digest}"`)));
  });
});
