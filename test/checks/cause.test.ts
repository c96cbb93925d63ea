import { describe, expect, it } from 'vitest';
import type { Dependency, ProbeResult } from '../../src/checks/facts/dependency.ts';
import { causeOf } from '../../src/checks/findings/cause.ts';
import type { ProbeKind, Suspicion } from '../../src/model/evidence.ts';
import type { JournalEntry } from '../../src/model/journal.ts';
import type { Exchange } from '../../src/model/observation.ts';

const LOST: Partial<Record<ProbeKind, ProbeResult>> = {
  'equal-boot': 'different',
  deploy: 'different',
  crash: 'different',
  config: 'different',
  'stranger-home': 'different',
};
const KEPT: Partial<Record<ProbeKind, ProbeResult>> = { ...LOST, deploy: 'same', crash: 'same', config: 'same' };

function answered(status: number): Exchange {
  return {
    step: 1,
    by: 'web.1',
    request: { method: 'GET', target: '/', headers: [], body: '' },
    visitor: 0,
    issued: null,
    setsClock: false,
    reply: {
      outcome: 'answered',
      status,
      headers: [],
      body: { text: '', bytes: 0, digest: '', binary: false, state: 'whole' },
      ms: 1,
      tries: 1,
    },
  };
}

const FILE: JournalEntry = {
  step: 0,
  by: 'web.1',
  path: '/app/data.json',
  change: 'created',
  bytes: 2,
  kind: 'other',
};

interface Case {
  readonly axis?: Suspicion['axis'];
  readonly files?: Dependency['files'];
  readonly sinceBoot?: boolean;
  readonly selfContained?: Dependency['selfContained'];
  readonly sources?: readonly number[];
  readonly moved?: number;
  readonly isAsset?: boolean;
  readonly isNamedAtBoot?: boolean;
  readonly methods?: readonly string[];
  readonly warm?: readonly number[];
  readonly probes?: Partial<Record<ProbeKind, ProbeResult>>;
  readonly anonymous?: boolean;
  readonly statuses?: readonly [number, number];
}

function dependency({
  axis = 'sibling',
  sources = [0],
  moved = 1,
  isAsset = false,
  isNamedAtBoot = false,
  methods = ['POST'],
  warm = [],
  probes = LOST,
  anonymous = false,
  statuses: [expected, actual] = [200, 200],
  files = [],
  sinceBoot = false,
  selfContained = null,
}: Case): Dependency {
  const suspicion = {
    session: 0,
    number: 0,
    step: 1,
    moved,
    axis,
    sources,
    warm,
    mode: axis === 'successor' ? ('crash' as const) : null,
    failing: [1],
    passing: [2],
    probes: [],
    affected: [],
    footing: [],
    within: [],
    subtracted: [],
    again: null,
  };
  return {
    suspicion,
    expected: answered(expected),
    actual: answered(actual),
    movedBy: { expected: 'web.1', actual: 'web.2' },
    type: 'web',
    isCutShort: false,
    wasKilled: false,
    differences: [],
    failing: 3,
    passing: 0,
    probes,
    anonymous,
    sinceBoot,
    selfContained,
    isAsset,
    isNamedAtBoot,
    replayed: [],
    sourceMethods: methods,
    files,
  };
}

describe('the cause of a dependency', () => {
  it.each<[string, string, Case]>([
    ['restart-loss', 'only a restart changes the answer', { axis: 'successor' }],
    [
      'boot-identity',
      'a token that carries the state is refused, and boots could not be made equal',
      { anonymous: true, selfContained: 'carries', probes: { ...LOST, 'equal-boot': 'unclear' } },
    ],
    [
      'boot-identity',
      'a token that grows with the state is refused, and equal boots drew nothing',
      { anonymous: true, selfContained: 'grows', probes: { ...LOST, 'equal-boot': 'idle' } },
    ],
    [
      'sticky-session',
      'a token that carries the state is refused, and equal boots do not mend it',
      { anonymous: true, selfContained: 'carries' },
    ],
    ['stale-memory', 'only a restart shows what was written', { axis: 'successor', sinceBoot: true }],
    ['stale-memory', 'a restart mends what was refused', { axis: 'successor', statuses: [401, 200] }],
    ['single-instance', 'a second process never answers right', { sources: [] }],
    ['boot-identity', 'equal boots mend it', { probes: { ...LOST, 'equal-boot': 'same' }, anonymous: true, statuses: [200, 401] }],
    ['stale-memory', 'it needs an earlier read by the same process', { warm: [0], sources: [1] }],
    ['stale-memory', 'every restart mends it', { probes: KEPT }],
    ['process-memory', 'two writes must share a process, whoever reads', { moved: 0, probes: KEPT }],
    ['process-memory', 'so must two writes between which another went elsewhere', { moved: 0, warm: [0], sources: [0] }],
    ['sticky-session', 'what is written is the visitor who is known', { moved: 0, anonymous: true }],
    ['stale-memory', 'who should be refused is let in', { statuses: [401, 200] }],
    ['sticky-session', 'the visitor is answered like a stranger', { anonymous: true, statuses: [200, 401] }],
    [
      'process-memory',
      'a stranger gets the same from the process that knows',
      { anonymous: true, probes: { ...LOST, 'stranger-home': 'same' } },
    ],
    ['process-memory', 'the visitor is known, the data is missing', { statuses: [200, 404] }],
    ['boot-identity', 'an asset is named by the process that is asked for the page', { isAsset: true, isNamedAtBoot: true }],
    [
      'boot-identity',
      'reads hand out an address that each process makes in its own way, and always in the same',
      { isNamedAtBoot: true, methods: ['GET'], probes: { ...LOST, 'equal-boot': 'unclear' } },
    ],
    [
      'process-memory',
      'a write hands out an address that hangs on the process',
      { isNamedAtBoot: true, methods: ['POST'], probes: { ...LOST, 'equal-boot': 'unclear' } },
    ],
    ['process-memory', 'an asset that has one name is missing', { isAsset: true }],
    ['process-memory', 'a limit does not hold', { anonymous: true, statuses: [429, 200] }],
    ['process-memory', 'a deploy saves it, a crash loses it', { probes: { ...LOST, deploy: 'same', config: 'same' } }],
    ['local-disk', 'a file is not there', { axis: 'disk', files: [FILE], probes: {}, statuses: [200, 404] }],
    ['local-disk', 'a limit is counted in a file', { axis: 'disk', files: [FILE], anonymous: true, statuses: [429, 200] }],
    [
      'local-disk',
      'beside a token that holds the state itself an account is missing',
      { axis: 'disk', files: [FILE], anonymous: true, selfContained: 'carries', probes: {} },
    ],
    ['sticky-session', 'all files are those of a session', { axis: 'disk', files: [{ ...FILE, kind: 'session' }], probes: {} }],
    ['sticky-session', 'the session is in a file', { axis: 'relocation', files: [FILE], anonymous: true, probes: {} }],
    [
      'boot-identity',
      'a key is written at boot',
      { axis: 'disk', files: [FILE], anonymous: true, probes: { 'equal-boot': 'same' } },
    ],
    ['boot-identity', 'a machine has another name, and nothing was written', { axis: 'relocation', probes: {} }],
    [
      'sticky-session',
      'a session that only a graceful exit saves',
      { anonymous: true, probes: { ...LOST, deploy: 'same', config: 'same' } },
    ],
  ])('is %s if %s', (rule, _why, given) => {
    expect(causeOf(dependency(given))).toBe(rule);
  });
});
