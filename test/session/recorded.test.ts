import { expect, it } from 'vitest';
import { recordedAs, unlikeRecorded } from '../../src/session/recorded.ts';
import { answered, type Told } from '../support/observations.ts';

const recorded = (status: number, location: string | null, type = '') =>
  recordedAs(status, location === null ? [] : [['location', location]], { type, target: '/cart' });
const unlike = (before: ReturnType<typeof recorded>, now: Told) => unlikeRecorded(before, answered(now), '/cart');
const redirect = (location: string): Told => ({ text: '', status: 302, headers: [['location', location]] });

it.each([
  [recorded(200, null), { json: {}, status: 201 }],
  [recorded(304, null, 'text/html'), { html: '<p>' }],
  [recorded(200, null, 'application/vnd.api+json; charset=utf-8'), { json: {} }],
  [recorded(200, null, 'x-unknown'), { html: '<p>' }],
  [recorded(302, 'https://shop.example/orders/4711?from=cart'), redirect('/orders/4712')],
  [recorded(404, null), { json: {}, status: 403 }],
])('is as it was recorded: %j and %j', (before, now) => {
  expect(unlike(before, now)).toBeNull();
});

it.each([
  [recorded(200, null), { json: {}, status: 401 }, { before: '200', now: '401' }],
  [recorded(302, '/cart'), redirect('/login?wrong=1'), { before: '302 → /cart', now: '302 → /login' }],
  [recorded(200, null, 'application/json'), { html: '<p>' }, { before: '200 with JSON', now: '200 with a page' }],
  [recorded(200, null), redirect('/login'), { before: '200', now: '302' }],
])('is not as it was recorded: %j and %j', (before, now, both) => {
  expect(unlike(before, now)).toEqual(both);
});
