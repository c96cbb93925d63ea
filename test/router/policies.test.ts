import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, test } from 'vitest';
import {
  fixedPolicy,
  type Policy,
  randomPolicy,
  roundRobinPolicy,
  STICKY_COOKIE,
  stickyPolicy,
  type Target,
} from '../../src/router/policies.ts';
import { app, routerTo, send } from './support.ts';

const targets: readonly Target[] = ['web.1', 'web.2', 'web.3'].map((name) => ({ name, origin: 'http://127.0.0.1:1' }));

test('fixed: whoever is current', () => {
  let current: Target | null = targets[1] ?? null;
  const policy = fixedPolicy(() => current);
  expect(names(policy, 2)).toEqual(['web.2', 'web.2']);
  current = null;
  expect(names(policy, 1)).toEqual([null]);
});

test('random: the same generator gives the same choices, and all targets get their share', () => {
  const choices = (seed: number) => {
    const generator = xoroshiro128plus(seed);
    return names(
      randomPolicy(
        () => targets,
        () => uniformFloat64(generator),
      ),
      3000,
    );
  };
  expect(choices(7)).toEqual(choices(7));
  expect(choices(7)).not.toEqual(choices(8));
  for (const { name } of targets) expect(choices(7).filter((choice) => choice === name).length).toBeGreaterThan(900);
  expect(
    names(
      randomPolicy(() => [], Math.random),
      1,
    ),
  ).toEqual([null]);
});

test('round robin: each in turn, also when the list changes', () => {
  let all = targets;
  const policy = roundRobinPolicy(() => all);
  expect(names(policy, 4)).toEqual(['web.1', 'web.2', 'web.3', 'web.1']);
  all = targets.slice(0, 1);
  expect(names(policy, 2)).toEqual(['web.1', 'web.1']);
  all = [];
  expect(names(policy, 1)).toEqual([null]);
});

test('sticky: a visitor comes back to where the router sent it, until that process is gone', async () => {
  const seen: (string | undefined)[] = [];
  const { origin } = await app((incoming, reply) => {
    seen.push(incoming.headers.cookie);
    reply.setHeader('Set-Cookie', ['sid=1', 'other=2']).end();
  });
  let all = targets.map(({ name }) => ({ name, origin }));
  const chosen: (string | null)[] = [];
  const router = await routerTo(origin, { policy: stickyPolicy(() => all), onDecision: ({ target }) => chosen.push(target) });
  await send(router.origin, '/');
  const first = await send(router.origin, '/', { headers: ['Cookie', 'sid=1'] });
  expect(first.headers['set-cookie']).toEqual(['sid=1', 'other=2', `${STICKY_COOKIE}=web.2; Path=/; HttpOnly; SameSite=Lax`]);
  const again = await send(router.origin, '/', { headers: ['Cookie', `sid=1; ${STICKY_COOKIE}=web.2; b=2`] });
  expect(again.headers['set-cookie']).toEqual(['sid=1', 'other=2']);
  await send(router.origin, '/', { headers: ['Cookie', `${STICKY_COOKIE}=web.2`] });
  all = all.filter(({ name }) => name !== 'web.2');
  await send(router.origin, '/', { headers: ['Cookie', `${STICKY_COOKIE}=web.2`] });
  expect(chosen.slice(0, 4)).toEqual(['web.1', 'web.2', 'web.2', 'web.2']);
  expect(chosen[4]).not.toBe('web.2');
  expect(seen).toEqual([undefined, 'sid=1', 'sid=1; b=2', undefined, undefined]);
});

function names(policy: Policy, times: number): (string | null)[] {
  return Array.from({ length: times }, () => policy({ method: 'GET', path: '/', headers: {} })?.name ?? null);
}
