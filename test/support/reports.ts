import { byMode } from '../../src/model/coverage.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { Report, Verdict } from '../../src/model/report.ts';
import { buildReport, type ReportFacts } from '../../src/report/build.ts';

/** What an app may send to a terminal or a page. */
export const HOSTILE = '\u001b]0;owned\u0007\u001b[31mred\u001b[0m\u202egnp.exe\r\nsecond line\u0000 <script>';

/** A finding about the third step of a session, but for what is given. */
export function finding(part: Partial<Finding> = {}): Finding {
  return {
    id: 'ab12',
    fingerprint: '00f1',
    known: false,
    pair: null,
    replies: null,
    rule: 'sticky-session',
    level: 'violation',
    clauses: ['C7'],
    title: "The visitor's session lives in one process",
    session: 'cart.http',
    location: { file: '/home/ann/shop/cart.http', line: 13 },
    step: { number: 3, name: 'Look', request: 'GET /cart' },
    dependsOn: [{ number: 2, name: null, request: 'POST /login' }],
    warmedBy: [],
    through: 'memory',
    files: [],
    expected: { reply: '200 {"items":["book"]}', when: 'when web.1 answers' },
    actual: { reply: '401', when: 'when web.2 answers' },
    differences: ['status: expected 200, got 401'],
    confirmed: { failing: 3, failingOf: 3, passing: 0, passingOf: 3 },
    observations: [],
    alsoAffected: [],
    output: [],
    why: 'Another process has never heard of this visitor.',
    fix: 'Keep sessions in a store.',
    change: null,
    schedules: { failing: 'AAB', passing: 'AAA' },
    replay: 'share-nothing replay ab12',
    trials: { failing: [4, 6, 8], passing: [5, 7, 9] },
    ...part,
  };
}

/** A step without a verdict. */
export const UNJUDGED = { step: 2, request: 'GET /', reason: 'controls disagree', remedy: 'Mend that.' };

/** The report of an audit that found nothing, but for what is given. */
export function report(part: Partial<ReportFacts> = {}, strict = false): Report {
  const rule = (verdict: Verdict): ReportFacts['rules'][number] => ({
    id: 'sticky-session',
    level: 'violation',
    clauses: ['C7'],
    title: 'Any process can serve the session',
    why: 'A process may end at any time.',
    fix: 'Keep it in a store.',
    verdict,
  });
  const facts: ReportFacts = {
    tool: '1.0.0',
    audited: { at: '2026-11-29T18:00:00.000Z', ms: 61_000, commit: '1f2e3d4c5b6a-dirty' },
    seed: 42,
    app: { command: ['node', 'server.js'], cwd: '/home/ann/shop' },
    values: 'disguised',
    isolation: null,
    formation: [{ name: 'web', count: 2 }],
    services: [{ name: 'redis', origin: '/usr/bin/redis-server', resets: true }],
    reached: null,
    sessions: [
      {
        name: 'cart.http',
        file: '/home/ann/shop/cart.http',
        requests: [1, 2, 3].map((number) => ({
          number,
          name: null,
          request: `GET /${number}`,
          line: number,
          kind: 'own' as const,
          status: 'judged' as const,
          answered: '200',
        })),
        plays: [],
        steps: 3,
        echoes: 0,
        assets: 0,
        state: [
          {
            what: 'login',
            steps: [1],
            request: 'POST /login',
            place: 'Redis',
            detail: 'sess:‹session› (string)',
            expiry: 'expires in 1 hour',
          },
          {
            what: 'cart',
            steps: [2],
            request: 'POST /cart',
            place: 'memory of one process',
            detail: 'process-memory',
            expiry: 'lost with it',
          },
        ],
        effects: [],
        writes: null,
        noise: [],
        unjudged: [],
        tied: [],
        waived: [],
        unseen: [],
        runs: null,
        behind: null,
        coverage: {
          session: 0,
          judged: [0, 1, 2],
          pairs: 3,
          pairsUncovered: [[0, 2]],
          triples: 3,
          triplesCovered: 1,
          restarts: { deploy: [1, 2], crash: [1, 2], config: [], relocate: [], memory: [], everything: [] },
          implied: byMode(() => []),
          disk: null,
          jobs: null,
          cutShort: 'budget of 1 s spent',
          pinned: [],
        },
      },
    ],
    rules: [rule(part.findings === undefined ? { kind: 'pass', exercised: 3 } : { kind: 'fail', findings: part.findings.length })],
    findings: [],
    problems: [],
    trials: 12,
    interrupted: false,
    ...part,
  };
  return buildReport(facts, { strict });
}
