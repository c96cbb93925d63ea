import type { RoutedRequest } from '../router/policies.ts';

/** Visitors that are told apart; further ones are all the same. */
const MAX_VISITORS = 10_000;

/** Numbers visitors from 1 on. A visitor is an address and a browser. */
export function createVisitors(): (request: RoutedRequest) => number {
  const visitors = new Map<string, number>();
  return ({ address, headers }) => {
    const key = `${address} ${headers['user-agent'] ?? ''}`;
    const known = visitors.get(key) ?? Math.min(visitors.size + 1, MAX_VISITORS);
    if (visitors.size < MAX_VISITORS) visitors.set(key, known);
    return known;
  };
}
