import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../src/checks/judge.ts';
import { byMode } from '../../src/model/coverage.ts';
import { EVIDENCE_VERSION, type EvidenceRecord, type Suspicion } from '../../src/model/evidence.ts';
import type { Observation, Reply } from '../../src/model/observation.ts';
import type { Report } from '../../src/model/report.ts';
import { RULE_IDS } from '../../src/model/rule.ts';
import { friendliest, type Schedule, schedule } from '../../src/model/schedule.ts';
import { buildReport } from '../../src/report/build.ts';
import { conclusionOf } from '../../src/report/conclusion.ts';
import { renderJson } from '../../src/report/reporters/json.ts';
import { renderTerminal } from '../../src/report/reporters/terminal.ts';
import { answered, play, type Told } from '../support/observations.ts';

const STEPS = ['POST /cart', 'GET /cart'];
const STEP = { name: null, line: 1, visitor: 0, follows: null, kind: 'own' as const, declared: null, until: null };
const CONTROL = friendliest(2);
const AWAY = schedule('sibling', { placement: [0, 1], processes: 2 });
const HOME = schedule('sibling', { placement: [0, 0], processes: 2 });

function header(part: Partial<EvidenceRecord & { kind: 'audit' }> = {}): EvidenceRecord {
  return {
    kind: 'audit',
    version: EVIDENCE_VERSION,
    tool: '1.0.0',
    at: '2026-11-29T18:00:00.000Z',
    commit: null,
    seed: 1,
    app: { command: ['node', 'server.js'], cwd: '/shop', envNames: [], dependencies: [] },
    sessions: [
      {
        name: 'cart.http',
        file: '/shop/cart.http',
        steps: STEPS.map((step, line) => {
          const [method = '', target = ''] = step.split(' ');
          return { ...STEP, line: line + 1, method, target };
        }),
      },
    ],
    processes: 2,
    script: false,
    companions: [],
    strength: 3,
    rules: RULE_IDS,
    ignore: { paths: [], fields: [], reads: [] },
    allowUnjudged: [],
    values: 'disguised',
    stalenessMs: 0,
    sessionTtlMs: null,
    invocation: {},
    withheld: { env: [], variables: [], changedEnv: [], command: false },
    ...part,
  };
}

const BESIDE: EvidenceRecord = { kind: 'beside', alone: false, started: true, reason: null, output: [] };
const PLAIN: EvidenceRecord = { kind: 'isolation', isolation: { host: 'plain', open: [], tried: [], volumes: [], refused: [] } };
const COVERAGE: EvidenceRecord = {
  kind: 'coverage',
  session: 0,
  judged: [0, 1],
  pairs: 1,
  pairsUncovered: [],
  triples: 0,
  triplesCovered: 0,
  restarts: { deploy: [1], crash: [1], config: [1], relocate: [], memory: [], everything: [] },
  implied: byMode(() => []),
  disk: null,
  jobs: null,
  behind: null,
  cutShort: null,
  pinned: [],
};
const END: EvidenceRecord = { kind: 'end', reason: 'finished', ms: 4000 };
const AUDITED = { at: '2026-11-29T18:00:00.000Z', ms: 4000, commit: null };

function trial(number: number, how: Schedule, replies: readonly Told[]): EvidenceRecord {
  const observation: Observation = { ...play(replies), trial: number, schedule: how };
  return { kind: 'observation', observation };
}

function suspicion(part: Partial<Suspicion> = {}): EvidenceRecord {
  return {
    kind: 'suspicion',
    session: 0,
    number: 0,
    step: 1,
    moved: 1,
    axis: 'sibling',
    sources: [0],
    warm: [],
    mode: null,
    failing: [3, 5, 7],
    passing: [4, 6, 8],
    probes: [],
    affected: [],
    footing: [],
    within: [],
    subtracted: [],
    again: null,
    ...part,
  };
}

function report(records: readonly EvidenceRecord[]): Report {
  const { header: head, ...judgement } = judge(records);
  return buildReport(
    { tool: head.tool, audited: AUDITED, seed: head.seed, app: head.app, formation: [], values: head.values, ...judgement },
    { strict: false },
  );
}

const ok: Told = { json: { ok: true } };
const cart = (...items: string[]): Told => ({ json: { items } });
const controls = [trial(1, CONTROL, [ok, cart('book')]), trial(2, CONTROL, [ok, cart('book')])];
const arms = [3, 4, 5, 6, 7, 8].map((number) =>
  number % 2 === 1 ? trial(number, AWAY, [ok, cart()]) : trial(number, HOME, [ok, cart('book')]),
);

describe('a verdict', () => {
  it('is "conforms" where every step was judged', () => {
    expect(report([header(), BESIDE, PLAIN, ...controls, COVERAGE, END]).conclusion).toBe('conforms');
  });

  it('is none where an asset went wrong in a trial and no cause was found, and stands where controls disagree on it', () => {
    const withAsset = header();
    if (withAsset.kind !== 'audit') throw new Error('no header');
    const [own] = withAsset.sessions;
    const steps = own?.steps.map((step, index) => (index === 1 ? { ...step, kind: 'asset' as const } : step)) ?? [];
    const head: EvidenceRecord = { ...withAsset, sessions: own === undefined ? [] : [{ ...own, steps }] };
    const missed = report([head, BESIDE, PLAIN, ...controls, trial(3, AWAY, [ok, { status: 404 }]), COVERAGE, END]);
    expect(missed).toMatchObject({ conclusion: 'no-verdict', sessions: [{ unjudged: [{ step: 2, request: 'GET /cart' }] }] });
    const moody = [trial(1, CONTROL, [ok, cart('book')]), trial(2, CONTROL, [ok, { status: 404 }])];
    expect(report([head, BESIDE, PLAIN, ...moody, COVERAGE, END]).conclusion).toBe('conforms');
  });

  it('is none beside a step that controls disagree on, unless that is waived by name', () => {
    const moody = [trial(1, CONTROL, [ok, cart('book')]), trial(2, CONTROL, [ok, { ...cart('book'), status: 202 }])];
    const records = [BESIDE, PLAIN, ...moody, COVERAGE, END];
    const open = report([header(), ...records]);
    expect(open).toMatchObject({ conclusion: 'no-verdict', sessions: [{ unjudged: [{ step: 2, request: 'GET /cart' }] }] });
    expect(open.rules.find(({ id }) => id === 'process-memory')?.verdict).toEqual({
      kind: 'inconclusive',
      reason: '1 of 2 steps could not be judged',
    });
    expect(renderTerminal(open, { width: 100, color: false }).trimEnd().split('\n').at(-1)).toBe(
      'no verdict: 1 of 2 steps could not be judged',
    );
    for (const waiver of ['2', 'GET /cart', 'all']) {
      const waived = report([header({ allowUnjudged: [waiver] }), ...records]);
      expect(waived).toMatchObject({
        conclusion: 'conforms',
        sessions: [{ unjudged: [], waived: [{ by: `--allow-unjudged ${waiver}` }] }],
      });
    }
    expect(report([header({ allowUnjudged: ['1'] }), ...records]).conclusion).toBe('no-verdict');
  });

  it('is none where a step was never parted from another, or never preceded by a restart', () => {
    expect(report([header(), BESIDE, PLAIN, ...controls, { ...COVERAGE, pairsUncovered: [[0, 1]] }, END]).conclusion).toBe(
      'no-verdict',
    );
    const restarts = { deploy: [1], crash: [], config: [1], relocate: [], memory: [], everything: [] };
    expect(report([header(), BESIDE, PLAIN, ...controls, { ...COVERAGE, restarts }, END]).conclusion).toBe('no-verdict');
    const implied = { ...byMode(() => []), crash: [1] };
    expect(report([header(), BESIDE, PLAIN, ...controls, { ...COVERAGE, restarts, implied }, END]).conclusion).toBe('conforms');
  });

  it('is none where a reply differed and was excused', () => {
    const limited = trial(3, AWAY, [ok, { json: { error: 'slow down' }, status: 429 }]);
    expect(report([header(), BESIDE, PLAIN, ...controls, limited, COVERAGE, END])).toMatchObject({
      conclusion: 'no-verdict',
      sessions: [{ unjudged: [{ step: 2, reason: expect.stringContaining('429') }] }],
    });
  });

  it('is none where a reply differed once and nobody can say why', () => {
    const once = trial(3, AWAY, [ok, cart()]);
    expect(report([header(), BESIDE, PLAIN, ...controls, once, COVERAGE, END])).toMatchObject({
      conclusion: 'no-verdict',
      sessions: [{ unjudged: [{ step: 2, reason: expect.stringContaining('trial 3') }] }],
    });
  });

  it('is none where a session could not be played, and another could', () => {
    const two = header();
    if (two.kind !== 'audit') throw new Error('no header');
    const sessions = [...two.sessions, { name: 'other.http', file: '/shop/other.http', steps: [] }];
    expect(report([{ ...two, sessions }, BESIDE, PLAIN, ...controls, COVERAGE, END]).conclusion).toBe('no-verdict');
  });

  it('of the other rules is open beside a finding that ties steps; one that a deploy loses breaks C5 too', () => {
    const probes = [{ kind: 'deploy' as const, trials: [9], ran: true }];
    const lost = trial(9, schedule('successor', { placement: [0, 0], processes: 1 }), [ok, cart()]);
    const found = report([
      header(),
      BESIDE,
      PLAIN,
      ...controls,
      ...arms,
      lost,
      suspicion({ probes }),
      { ...COVERAGE, pinned: [[0, 1]] },
      END,
    ]);
    expect(found).toMatchObject({
      conclusion: 'does-not-conform',
      findings: [{ rule: 'process-memory', clauses: ['C2', 'C3', 'C4', 'C5'] }],
    });
    expect(found.sessions[0]?.tied).toEqual([{ step: 2, with: [1], by: 'memory', findings: [found.findings[0]?.id] }]);
    expect(found.rules.filter(({ verdict }) => verdict.kind === 'pass').map(({ id }) => id)).toEqual(['single-instance']);
    expect(found.clauses.find(({ clause }) => clause === 'C5')?.verdict.kind).toBe('fail');
  });

  describe('where a later control shows what a suspicion is about', () => {
    const later = trial(9, CONTROL, [ok, cart()]);
    const learned: EvidenceRecord = { kind: 'learned', session: 0, trial: 9 };
    const again = { controls: [10, 11], failing: [12, 14, 16], passing: [13, 15, 17] };
    const judged = (part: Partial<Suspicion>, ...more: EvidenceRecord[]) =>
      report([header(), BESIDE, PLAIN, ...controls, ...arms, later, learned, ...more, suspicion(part), COVERAGE, END]);
    const heard = (mended: readonly Told[]) => [
      ...again.controls.map((number) => trial(number, CONTROL, [ok, cart('book')])),
      ...again.failing.map((number) => trial(number, AWAY, [ok, cart()])),
      ...again.passing.map((number) => trial(number, HOME, mended)),
    ];

    it('that alone takes nothing back', () => {
      expect(judged({})).toMatchObject({ conclusion: 'does-not-conform', findings: [{ step: { number: 2 } }] });
    });

    it('the finding stays if both arms are as they were when they are played again', () => {
      expect(judged({ again }, ...heard([ok, cart('book')])).findings).toHaveLength(1);
    });

    it('there is no verdict if they are not', () => {
      expect(judged({ again }, ...heard([ok, cart()]))).toMatchObject({
        conclusion: 'no-verdict',
        findings: [],
        sessions: [{ unjudged: [{ step: 2, reason: expect.stringContaining('trials 12, 14, 16, 13, 15, 17') }] }],
      });
    });
  });

  it('accounts for every step: one that was left aside while controls disagreed is not judged, though they agree now', () => {
    const coverage = { ...COVERAGE, judged: [0], pairs: 0 } as EvidenceRecord;
    const found = report([header(), BESIDE, PLAIN, ...controls, coverage, END]);
    expect(found).toMatchObject({
      conclusion: 'no-verdict',
      sessions: [{ requests: [{ status: 'judged' }, { status: 'unjudged' }], unjudged: [{ step: 2 }] }],
    });
  });

  it('is none where the steps do not add up', () => {
    const { header: head, ...judgement } = judge([header(), BESIDE, PLAIN, ...controls, COVERAGE, END]);
    const facts = {
      tool: head.tool,
      audited: AUDITED,
      seed: head.seed,
      app: head.app,
      formation: [],
      values: head.values,
      ...judgement,
    };
    expect(buildReport(facts, { strict: false }).conclusion).toBe('conforms');
    const sessions = facts.sessions.map((session) => ({ ...session, requests: session.requests.slice(1) }));
    expect(buildReport({ ...facts, sessions }, { strict: false }).conclusion).toBe('no-verdict');
  });

  it('counts the controls of a session of one step, each of which was played right after a boot', () => {
    const session = { name: 'page.http', file: '/page.http', steps: [{ ...STEP, method: 'GET', target: '/' }] };
    const coverage = {
      ...COVERAGE,
      judged: [0],
      pairs: 0,
      restarts: { deploy: [], crash: [], config: [], relocate: [], memory: [], everything: [] },
    } as EvidenceRecord;
    const alone = (number: number, how: Schedule) => trial(number, { ...how, placement: how.placement.slice(0, 1) }, [ok]);
    const plays = [alone(1, CONTROL), alone(2, CONTROL), alone(3, { ...AWAY, placement: [1] })];
    const found = report([header({ sessions: [session] }), BESIDE, PLAIN, ...plays, coverage, END]);
    expect(found.conclusion).toBe('conforms');
    expect(found.rules.find(({ id }) => id === 'restart-loss')?.verdict).toEqual({ kind: 'pass', exercised: 2 });
    expect(found.rules.find(({ id }) => id === 'process-memory')?.verdict).toEqual({ kind: 'pass', exercised: 1 });
  });

  it('counts them too where all but the first step are left out', () => {
    const coverage = {
      ...COVERAGE,
      judged: [0],
      pairs: 0,
      restarts: { deploy: [], crash: [], config: [], relocate: [], memory: [], everything: [] },
    } as EvidenceRecord;
    const head = header({ ignore: { paths: ['/'], fields: [], reads: [] } });
    const only = [controls[0], controls[1]].map((one, index) => {
      const { observation } = one as Extract<EvidenceRecord, { kind: 'observation' }>;
      const exchanges = observation.exchanges.map((exchange) => ({
        ...exchange,
        request: { ...exchange.request, target: exchange.step === 1 ? '/' : '/cart' },
      }));
      return { kind: 'observation', observation: { ...observation, trial: index + 1, exchanges } } as const;
    });
    const beside = trial(3, schedule('sibling', { placement: [1, 1], processes: 2 }), [ok, ok]);
    expect(report([head, BESIDE, PLAIN, ...only, beside, coverage, END]).conclusion).toBe('conforms');
  });

  it('says of a step that only an idle process answers otherwise that it is so', () => {
    const aged = trial(9, { ...CONTROL, variant: { kind: 'aged', ms: 3000 } }, [ok, { status: 503, json: {} }]);
    const learned: EvidenceRecord = { kind: 'learned', session: 0, trial: 9 };
    const found = report([
      header(),
      BESIDE,
      PLAIN,
      ...controls,
      aged,
      learned,
      { ...COVERAGE, judged: [0] } as EvidenceRecord,
      END,
    ]);
    expect(found.sessions[0]?.unjudged).toMatchObject([
      { step: 2, reason: 'a process that has stood idle for 3 s answers 503, and young ones 200' },
    ]);
  });

  it('is a finding alone where a reply is excused in one trial and explained by another', () => {
    const fresh = (...items: string[]): Told => ({ ...cart(...items), headers: [['cache-control', 'private, max-age=60']] });
    const served = (number: number, how: Schedule, told: Told, by: string): EvidenceRecord => {
      const { observation } = trial(number, how, [ok, told]) as Extract<EvidenceRecord, { kind: 'observation' }>;
      const exchanges = observation.exchanges.map((exchange) => (exchange.step === 1 ? { ...exchange, by } : exchange));
      return { kind: 'observation', observation: { ...observation, exchanges } };
    };
    const plays = [1, 2].map((number) => served(number, CONTROL, fresh('book'), 'web.1'));
    const pairs = [3, 4, 5, 6, 7, 8].map((number) =>
      number % 2 === 1 ? served(number, AWAY, fresh(), 'web.2') : served(number, HOME, fresh('book'), 'web.1'),
    );
    // Its process has answered at this address before.
    const excused = served(9, HOME, fresh(), 'web.1');
    const found = report([header(), BESIDE, PLAIN, ...plays, ...pairs, excused, suspicion(), COVERAGE, END]);
    expect(found).toMatchObject({
      findings: [{ step: { number: 2 } }],
      sessions: [{ unjudged: [], requests: [{}, { status: 'tied' }] }],
    });
  });

  it('names a step that is left out by default', () => {
    const metrics = (number: number) => {
      const { observation } = trial(number, CONTROL, [ok, ok]) as Extract<EvidenceRecord, { kind: 'observation' }>;
      const exchanges = observation.exchanges.map((exchange) => ({
        ...exchange,
        request: { ...exchange.request, target: exchange.step === 1 ? '/metrics' : '/' },
      }));
      return { kind: 'observation', observation: { ...observation, exchanges } } as const;
    };
    const head = header({ ignore: { paths: [], fields: [], reads: ['/metrics'] } });
    const found = report([head, BESIDE, PLAIN, metrics(1), metrics(2), { ...COVERAGE, judged: [0] } as EvidenceRecord, END]);
    expect(found.sessions[0]).toMatchObject({
      requests: [{}, { status: 'waived' }],
      waived: [{ step: 2, by: 'default', whole: true }],
    });
    expect(conclusionOf(found)).toBe('conforms (1 step left out by default: GET /cart; judge it with --judge-path)');
  });

  it('counts the last record of a suspicion', () => {
    const found = report([header(), BESIDE, PLAIN, ...controls, ...arms, suspicion(), suspicion({ sources: [] }), COVERAGE, END]);
    expect(found.findings).toMatchObject([{ dependsOn: [] }]);
  });

  it('of boot-identity is open where processes could not be made to boot alike', () => {
    const probes = [{ kind: 'equal-boot' as const, trials: [9], ran: false }];
    const same = trial(9, { ...AWAY, variant: { kind: 'equal-boot' } }, [ok, cart()]);
    const found = report([header(), BESIDE, PLAIN, ...controls, ...arms, same, suspicion({ probes }), COVERAGE, END]);
    expect(found.rules.find(({ id }) => id === 'boot-identity')?.verdict).toMatchObject({
      kind: 'inconclusive',
      reason: expect.stringContaining('boot alike'),
    });
  });

  it('takes no account of what was played before processes had settled', () => {
    const young = [trial(1, CONTROL, [ok, cart()]), trial(2, CONTROL, [ok, { ...cart(), status: 503 }])];
    const again = controls.map((record, index) =>
      record.kind === 'observation' ? { ...record, observation: { ...record.observation, trial: 3 + index } } : record,
    );
    expect(report([header(), BESIDE, PLAIN, ...young, { kind: 'afresh', session: 0 }, ...again, COVERAGE, END]).conclusion).toBe(
      'conforms',
    );
  });
});

describe('a step without an answer', () => {
  const silent = (reason: string, output?: readonly string[]): Reply => ({
    outcome: 'lost',
    reason,
    ms: 5,
    ...(output === undefined ? {} : { output }),
  });
  const withReply = (number: number, reply: Reply): EvidenceRecord => {
    const record = trial(number, AWAY, [ok, ok]);
    if (record.kind !== 'observation') throw new Error('no observation');
    const [first, second] = record.observation.exchanges;
    if (first === undefined || second === undefined) throw new Error('no exchanges');
    return { kind: 'observation', observation: { ...record.observation, exchanges: [first, { ...second, reply }] } };
  };

  it('in every play of one placement, and never in the other, is a finding with the last lines of the process', () => {
    const died = [3, 5, 7].map((number) =>
      withReply(number, silent('the process died (it exited with code 1)', ['TypeError: draft'])),
    );
    const home = arms.filter((record) => record.kind === 'observation' && record.observation.trial % 2 === 0);
    const found = report([header(), BESIDE, PLAIN, ...controls, ...died, ...home, suspicion(), COVERAGE, END]);
    expect(found.findings).toMatchObject([
      { actual: { reply: 'no answer: the process died (it exited with code 1)' }, output: ['TypeError: draft'] },
    ]);
    expect(renderTerminal(found, { width: 100, color: false })).toContain('TypeError: draft');
  });
});

describe('whatever an app sends', () => {
  const key = fc.oneof(fc.constantFrom('constructor', '__proto__', 'toString', 'hasOwnProperty', 'length', 'id', ''), fc.string());
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { depthSize: 'small' },
      fc.string(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('json'), { maxLength: 4 }),
      fc
        .array(fc.tuple(key, tie('json')), { maxLength: 4 })
        .map(
          (members) =>
            JSON.parse(`{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join()}}`) as unknown,
        ),
    ),
  }));
  const headers = fc.array(
    fc.tuple(fc.constantFrom('set-cookie', 'location', 'cache-control', 'content-encoding', 'x-odd'), fc.string()),
    { maxLength: 3 },
  );
  const told: fc.Arbitrary<Told> = fc.oneof(
    fc.record({ json, headers, status: fc.integer({ min: 100, max: 599 }) }),
    fc.record({
      html: fc.string({ unit: fc.constantFrom('<', '>', 'a', '"', '=', ' ', '/', 'script', 'input', '&', 'data-x', '{') }),
      headers,
    }),
    fc.record({ text: fc.string({ unit: 'binary' }), headers }),
    fc.integer({ min: 1_000, max: 20_000 }).map((depth) => ({ text: `${'['.repeat(depth)}${']'.repeat(depth)}`, headers: [] })),
    fc.integer({ min: 1_000, max: 20_000 }).map((depth) => ({ html: '<div>'.repeat(depth), headers: [] })),
  );

  it('is judged and reported, and never crashes the judge', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(told, told), { minLength: 8, maxLength: 8 }), (plays) => {
        const records = plays.map((replies, index) =>
          trial(index + 1, index < 2 ? CONTROL : index % 2 === 0 ? AWAY : HOME, replies),
        );
        const given = report([header(), BESIDE, ...records, suspicion(), COVERAGE, END]);
        expect(['conforms', 'does-not-conform', 'no-verdict']).toContain(given.conclusion);
        renderTerminal(given, { width: 80, color: false, verbose: true });
        JSON.parse(renderJson(given));
      }),
      { numRuns: 100, seed: 11 },
    );
    expect(answered({ text: 'x' }).outcome).toBe('answered');
  });
});
