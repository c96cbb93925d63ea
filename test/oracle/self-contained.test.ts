import { describe, expect, it } from 'vitest';
import { hasGrown, issuedBy } from '../../src/oracle/effects/self-contained.ts';
import { answered } from '../support/observations.ts';

const USER = '1b6329ee-1343-4a40-81ed-010c49b22fec';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const base64url = (text: string) => Buffer.from(text).toString('base64url');
const JWT = `${base64url('{"alg":"HS256"}')}.${base64url(JSON.stringify({ sub: USER, iat: 1 }))}.c2lnbmF0dXJlLXNpZ25hdHVyZQ`;
const cookie = (value: string) => answered({ text: 'welcome', headers: [['set-cookie', `login=${value}; HttpOnly`]] });
const asked = (reply: ReturnType<typeof cookie>) => issuedBy(reply, [USER])?.carries ?? null;

describe('a token', () => {
  it.each([
    ['the value and a signature', `${USER}.0123456789abcdef`],
    ['a JWT', JWT],
    ['Base64 and a signature, as Rails has it', `${encodeURIComponent(base64(`{"user":"${USER}"}`))}--0123456789abcdef`],
    ['Base64 within Base64, as gorilla/securecookie has it', base64url(`1700|${base64(`user=${USER}`)}|mac`)],
  ])('carries what the visitor sent: %s', (_name, value) => {
    expect(asked(cookie(value))).toBe(true);
  });

  it('carries nothing if it is a session id, and counts only together with all others', () => {
    expect(asked(cookie('s%3AkzTq1J7yq0lqLkUo.5cN3a0e1r2t'))).toBe(false);
    const both = answered({
      json: { token: JWT },
      headers: [['set-cookie', 'sid=0123456789abcdef0123; Path=/']],
    });
    expect(issuedBy(both, [USER])?.carries).toBe(false);
    expect(issuedBy(answered({ json: { token: JWT, user: USER } }), [USER])?.carries).toBe(true);
  });

  it('is none at all if it is short, or prose', () => {
    expect(asked(answered({ json: { ok: true, text: 'welcome to the members of this club' } }))).toBeNull();
    expect(issuedBy({ outcome: 'lost', reason: '', ms: 1 }, [USER])).toBeNull();
  });

  it('has grown only if every one has, by most of what was added', () => {
    const issued = (...lengths: number[]) => ({ carries: false, lengths });
    expect(hasGrown(issued(32, 90), issued(232, 357), 200)).toBe(true);
    expect(hasGrown(issued(32, 90), issued(32, 357), 200)).toBe(false);
    expect(hasGrown(issued(90), issued(90, 357), 200)).toBe(false);
    expect(hasGrown(issued(90), issued(95), 200)).toBe(false);
  });
});
