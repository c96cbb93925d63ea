import { describe, expect, it } from 'vitest';
import { readsBefore, withEchoes } from '../../src/session/growth/echo.ts';
import { changed } from '../../src/session/play/change.ts';
import { standInsFor } from '../../src/session/play/stand-ins.ts';
import { session } from './server.ts';

describe('reads that are asked once more', () => {
  const visit = session('GET /a\n###\nGET /b\n###\nPOST /x\n###\nGET /a\n###\nPOST /y\n###\n# @visitor eve\nGET /b');

  it('are those of each visitor that nobody has asked for since', () => {
    expect(readsBefore(visit, 4)).toEqual([3, 1]);
    expect(readsBefore(visit, 2)).toEqual([1]);
    expect(readsBefore(visit, -1)).toEqual([]);
  });

  it('come after the session’s own steps, and want nothing but the reply', () => {
    const longer = withEchoes(session('# @expect 200\n# @name first\nGET /a\n###\nPOST /x/{{first.response.body.$.id}}'), [0]);
    expect(longer.steps.map(({ echo }) => echo)).toEqual([null, null, 0]);
    expect(longer.steps[2]).toMatchObject({ captures: [], expectations: [], asset: null, follows: null });
  });
});

it('a session says what nobody need read, and what only asks', () => {
  const { steps } = session('# @unread\nPOST /track\n###\n// @read\nPOST /count\n###\nPOST /save');
  expect(steps.map(({ declared }) => declared)).toEqual(['unread', 'read', null]);
});

it('a session that says both, or says it of a GET, is refused with its line', () => {
  expect(() => session('# @read\n# @unread\nPOST /x')).toThrow('@read and @unread stand above one request');
  expect(() => session('GET /\n###\n# @unread\nGET /x')).toThrow('@unread stands above a GET');
});

describe('what stands for what a step would have handed out', () => {
  const handed = (id: string, target: string | null) => ({ variables: new Map([['id', id]]), targets: [target] });

  it('is another value of the same form where it is another in each play', () => {
    const { variables, targets } = standInsFor(
      handed('a1-9f', '/orders/17?page=1'),
      handed('b2-8e', '/orders/18?page=1'),
      Math.random,
    );
    expect(variables.get('id')).toMatch(/^[a-f]\d-\d[a-f]$/);
    expect(variables.get('id')).not.toBe('a1-9f');
    expect(targets[0]).toMatch(/^\/orders\/\d\d\?page=1$/);
    expect(targets[0]).not.toBe('/orders/17?page=1');
  });

  it('tells nothing of the value that it stands for', () => {
    const draws = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
    const drawn = (secret: string) => {
      const left = [...draws];
      return standInsFor(handed(secret, null), handed('other', null), () => left.shift() ?? 0).variables.get('id');
    };
    expect(drawn('11111111')).toBe(drawn('99999999'));
  });

  it('is the same where it is a constant', () => {
    const { variables, targets } = standInsFor(handed('x', '/login?wrong=1'), handed('x', '/login?wrong=1'), Math.random);
    expect([variables.get('id'), targets[0]]).toEqual(['x', '/login?wrong=1']);
  });
});

describe('a write of something else', () => {
  const change = (type: string, body: string) =>
    changed({ method: 'POST', target: '/', headers: [['content-type', type]], body: Buffer.from(body) })?.body?.toString() ?? null;

  it('holds other texts and numbers', () => {
    expect(change('application/json', '{"title":"Dune","copies":3,"tags":["old"],"new":true}')).toBe(
      '{"title":"Duneed","copies":4,"tags":["olded"],"new":false}',
    );
    expect(change('application/x-www-form-urlencoded', 'book=Dune&n=1')).toBe('book=Duneed&n=2');
    expect(change('text/plain', 'on')).toBe('off');
    expect(change('text/plain', 'Violets are blue')).toBe('Violets are blueed');
  });

  it('leaves alone what is no free text: addresses, ids, passwords, kinds', () => {
    const fixed = '{"email":"ann@example.org","password":"foobar","type":"book","url":"https://x.example","orderId":7}';
    expect(change('application/json', fixed)).toBeNull();
    expect(change('application/json', 'no json')).toBeNull();
    expect(change('image/png', 'x')).toBeNull();
  });
});
