import { expect, it } from 'vitest';
import { describeWrites, exercised } from '../../src/checks/facts/exercised.ts';
import type { SessionEvidence, StepEffect } from '../../src/checks/facts/session-evidence.ts';
import { withFound } from '../../src/checks/facts/unread-writes.ts';
import { byMode, type Coverage } from '../../src/model/coverage.ts';
import type { Suspicion } from '../../src/model/evidence.ts';

const effect = (step: number, kind: StepEffect['kind'], readers: readonly number[]): StepEffect => ({
  step,
  kind,
  readers: readers.map((reader) => ({ step: reader, paths: ['body.items'] })),
  hidden: [],
  uncompared: [],
  answer: '200',
  why: null,
});

const COVERAGE: Coverage = {
  session: 0,
  judged: [0, 1, 2, 3],
  pairs: 6,
  pairsUncovered: [[0, 3]],
  triples: 0,
  triplesCovered: 0,
  restarts: { deploy: [1, 2, 3], crash: [1], config: [], relocate: [2], memory: [], everything: [] },
  implied: byMode(() => []),
  disk: { pairs: 6, pairsUncovered: [], wiped: [3] },
  jobs: null,
  behind: null,
  cutShort: null,
  pinned: [[0, 1]],
};

function evidence(effects: readonly StepEffect[]): SessionEvidence {
  const steps = Array.from({ length: 4 }, (_, line) => ({
    ...{
      name: null,
      line,
      visitor: 0,
      method: 'GET',
      target: '/',
      follows: null,
      kind: 'own' as const,
      declared: null,
      until: null,
    },
  }));
  return {
    session: { name: 'x.http', file: '/x.http', steps },
    oracle: null,
    resultsOf: () => [],
    coverage: COVERAGE,
    problems: [],
    observations: [],
    dependencies: [],
    withdrawn: [],
    learned: [],
    effects,
    ignore: { paths: [], fields: [], reads: [] },
    allowUnjudged: [],
  };
}

it('opportunities are pairs of a write and a step that shows what it did', () => {
  // 0 is read by 1 (tied), 2 (parted) and 3 (never parted); 2 by 3.
  const one = evidence([effect(0, 'read', [1, 2, 3]), effect(2, 'read', [3])]);
  expect(exercised(one)).toEqual({
    splits: 2,
    restarts: 4 + 3,
    disks: { splits: 3, relocations: 2, wipes: 2 },
  });
  expect(describeWrites(one)).toEqual({
    all: 2,
    read: 2,
    onOthers: 2,
    after: { deploy: 2, crash: 1, config: 0, relocate: 1, memory: 0, everything: 0 },
    onOtherDisks: 2,
  });
});

it('they are pairs of steps where a session writes nothing', () => {
  const silent = evidence([effect(1, 'asks', [])]);
  expect(exercised(silent)).toEqual({ splits: 5, restarts: 4, disks: { splits: 6, relocations: 1, wipes: 1 } });
  expect(describeWrites(silent)).toBeNull();
});

it('what a finding shows a step to have done counts as seen', () => {
  const suspicion = { step: 3, moved: 3, sources: [1], warm: [0] } as unknown as Suspicion;
  const [warm, source, other] = withFound([effect(0, 'unread', []), effect(1, 'asks', []), effect(2, 'unread', [])], [suspicion]);
  expect([warm?.kind, source?.kind, other?.kind]).toEqual(['read', 'read', 'unread']);
  expect(source?.readers).toEqual([{ step: 3, paths: [] }]);
});
