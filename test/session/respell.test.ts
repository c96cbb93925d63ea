import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { respelled } from '../../src/session/play/respell.ts';

const request = (target: string, { headers = [], body = null }: { headers?: [string, string][]; body?: string | null } = {}) => ({
  method: 'GET',
  target,
  headers,
  body: body === null ? null : Buffer.from(body),
});
const seal = (bytes: number, encoding: 'base64' | 'base64url' = 'base64url') => {
  const text = () => randomBytes(bytes).toString(encoding);
  let drawn = text();
  while (!/[A-Z]/.test(drawn) || !/[a-z]/.test(drawn)) drawn = text();
  return drawn;
};

describe('another spelling of what was captured', () => {
  it.each([29, 31, 32, 40])('of %i bytes decodes to the same bytes', (bytes) => {
    const cursor = seal(bytes);
    const other = respelled(request(`/rivers?cursor=${cursor}&n=3`), new Map([['next', cursor]]));
    const [, sent = ''] = /cursor=(.*)&n=3$/.exec(other?.target ?? '') ?? [];
    expect(sent).not.toBe(cursor);
    expect(Buffer.from(sent, 'base64url')).toEqual(Buffer.from(cursor, 'base64url'));
  });

  it('is sent wherever it was: in an escaped query, a header field, a body', () => {
    const cursor = seal(29, 'base64');
    const target = `/rivers?cursor=${encodeURIComponent(cursor)}`;
    const sent = respelled(
      request(target, { headers: [['x-cursor', cursor]], body: `{"cursor":"${cursor}"}` }),
      new Map([['link', `http://localhost/rivers?cursor=${cursor}`]]),
    );
    for (const text of [decodeURIComponent(sent?.target ?? ''), sent?.headers[0]?.[1], String(sent?.body)]) {
      expect(text).not.toContain(cursor);
      expect(text).toContain(cursor.slice(0, -2));
    }
  });

  it('is none of what has no spare bits, of ids, of numbers, of text, or of what was not captured', () => {
    const whole = seal(30);
    const text = Buffer.from('{"after":"river 3","count":3,"by":"name"}').toString('base64url');
    for (const value of [whole, seal(16), randomBytes(32).toString('hex'), text])
      expect(respelled(request(`/rivers?cursor=${value}`), new Map([['next', value]]))).toBeNull();
    expect(respelled(request(`/rivers?cursor=${seal(29)}`), new Map())).toBeNull();
  });
});
