import { describe, expect, it } from 'vitest';
import { leavesRest, subtract } from '../../src/oracle/compare/subtract.ts';

const differing = (...paths: string[]) => ({
  kind: 'different' as const,
  differences: paths.map((path) => ({ path, expected: '1', actual: '2' })),
});

describe('subtracting', () => {
  it('leaves out what differs at a path or within it, and nothing else', () => {
    const result = differing('cookies.sid', 'body.items[0].id', 'body.itemsTotal');
    expect(subtract(result, ['cookies.sid', 'body.items'])).toEqual(differing('body.itemsTotal'));
  });

  it('makes a reply the same if nothing else differs', () => {
    expect(subtract(differing('cookies.sid'), ['cookies.sid'])).toEqual({ kind: 'same' });
    const unjudged = { kind: 'unjudged' as const, why: 'absent' as const, reason: 'not played' };
    expect(subtract(unjudged, ['cookies.sid'])).toBe(unjudged);
  });

  it.each(['cookies.sid', 'body.items', 'body[2].name', 'body.html[7]', 'body.user.name'])(
    'leaves the rest of a reply: %s',
    (path) => {
      expect(leavesRest(path)).toBe(true);
    },
  );

  it.each(['', 'status', 'redirect', 'answer', 'type', 'body', 'body.html', 'body.text', 'cookies'])(
    'leaves nothing: "%s"',
    (path) => {
      expect(leavesRest(path)).toBe(false);
    },
  );
});
