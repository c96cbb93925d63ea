import { describe, expect, it } from 'vitest';
import { onePerCause } from '../../src/checks/findings/one-per-cause.ts';
import type { RuleId } from '../../src/model/rule.ts';

type One = Parameters<typeof onePerCause>[0][number];
type Told = Pick<One['suspicion'], 'step' | 'sources' | 'warm'> & {
  readonly cause: RuleId;
  readonly differences: One['differences'];
};

/** Found on two processes; a deploy loses it, unless it is told otherwise. */
function found({ cause, differences, ...given }: Told, deploy: 'same' | 'different' = 'different'): One {
  const suspicion = { axis: 'sibling', moved: given.step, affected: [], footing: [], within: [], ...given };
  return { cause, differences, suspicion, probes: { deploy }, files: [] } as unknown as One;
}

const rulesOf = (...all: One[]) => onePerCause(all).map(({ cause }) => cause);
const lost = { path: 'body.notes', expected: '["buy milk"]', actual: '[]' };
const kept = { path: 'body.notes', expected: '[]', actual: '["buy milk"]' };
const record = found({ cause: 'process-memory', step: 1, sources: [0], warm: [], differences: [lost] });
const deletion: Told = { cause: 'stale-memory', step: 3, sources: [2], warm: [0, 1], differences: [kept] };

describe('what is in one process alone', () => {
  it('is one finding with its deletion, which another process does not hear of', () => {
    const [only, ...more] = onePerCause([record, found(deletion, 'same')]);
    expect(more).toEqual([]);
    expect(only).toMatchObject({ cause: 'process-memory', suspicion: { step: 1, affected: [3] } });
  });

  it('is one finding with a log-out that is not heard of', () => {
    const login = found({
      cause: 'sticky-session',
      step: 1,
      sources: [0],
      warm: [],
      differences: [{ path: 'body.user', expected: '"1f0b2f9e-ada"', actual: 'nothing' }],
    });
    const logout = found(
      { ...deletion, differences: [{ path: 'body.user', expected: 'nothing', actual: '"77aa01c2-ada"' }] },
      'same',
    );
    expect(rulesOf(login, logout)).toEqual(['sticky-session']);
  });

  it('is two findings where another thing has become outdated, elsewhere or in the same place', () => {
    for (const difference of [
      { path: 'body.price', expected: '12', actual: '10' },
      { path: 'body.notes', expected: '["call Bob"]', actual: '["call Ann"]' },
    ])
      expect(rulesOf(record, found({ ...deletion, differences: [difference] }, 'same'))).toEqual([
        'process-memory',
        'stale-memory',
      ]);
  });

  it('is two findings where the process had not been given it, or a restart brings it back', () => {
    expect(rulesOf(record, found({ ...deletion, warm: [1] }, 'same'))).toEqual(['process-memory', 'stale-memory']);
    const stored = found({ cause: 'process-memory', step: 1, sources: [0], warm: [], differences: [lost] }, 'same');
    expect(rulesOf(stored, found(deletion, 'same'))).toEqual(['process-memory', 'stale-memory']);
  });
});
