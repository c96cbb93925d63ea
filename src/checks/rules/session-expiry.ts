import { spanOf } from '../../model/spans.ts';
import type { Expiry } from '../../model/stores.ts';
import { defineRule } from './define-rule.ts';

export const sessionExpiry = defineRule({
  id: 'session-expiry',
  level: 'advice',
  clauses: ['C8'],
  title: 'Sessions in a store expire',
  failureTitle: 'A session stays in its store for ever',
  why: 'Visitors who never log out leave their sessions behind. The store grows until it is full or evicts what is still needed, and a stolen session id never goes stale.',
  fix: 'Give each entry a time to live when it is written (EXPIRE, SETEX, exptime), or sweep rows by an expiry column.',
  needs: ['stored', 'looked', 'sessionTtlMs'],
  inspect: ({ stored, looked, sessionTtlMs }) => ({
    breaches: stored
      .filter(({ expiry }) => isTooLong(expiry, sessionTtlMs))
      .map((one) => ({ kind: 'expiry', stored: one, bound: sessionTtlMs === null ? null : spanOf(sessionTtlMs) })),
    exercised: stored.length,
    idle: 'no session was seen in a service',
    open: null,
    unasked:
      looked.length === 0
        ? 'no service was looked into (--service)'
        : stored.length === 0
          ? 'no session was kept in a service that was looked into'
          : null,
  }),
});

function isTooLong(expiry: Expiry, boundMs: number | null): boolean {
  return expiry.kind === 'never' || (expiry.kind === 'in' && boundMs !== null && expiry.ms > boundMs + 1000);
}
