import {
  type ClauseReport,
  type Conclusion,
  REPORT_VERSION,
  type Report,
  type SessionReport,
  type StepStatus,
  type Verdict,
} from '../model/report.ts';
import type { Clause, Level } from '../model/rule.ts';

/** What a report is made of, besides what follows from it. */
export type ReportFacts = Pick<
  Report,
  | 'tool'
  | 'audited'
  | 'seed'
  | 'app'
  | 'values'
  | 'isolation'
  | 'formation'
  | 'services'
  | 'reached'
  | 'sessions'
  | 'rules'
  | 'findings'
  | 'problems'
  | 'trials'
  | 'interrupted'
>;

/** The report of a judged audit. `strict`: advice counts as failure. */
export function buildReport(facts: ReportFacts, { strict }: { strict: boolean }): Report {
  return {
    version: REPORT_VERSION,
    ...facts,
    strict,
    baseline: null,
    conclusion: conclude(facts, strict),
    clauses: CLAUSES.map(([clause, title]) => clauseReport(clause, title, facts)),
  };
}

const CLAUSES: readonly (readonly [Clause, string])[] = [
  ['C1', 'The app runs as one or more processes'],
  ['C2', 'Processes share nothing; what must last is in a backing service'],
  ['C3', 'Memory is a cache within one request only'],
  ['C4', 'Nothing in memory is expected by a later request'],
  ['C5', 'A restart may wipe memory at any time'],
  ['C6', 'Assets are compiled when the app is built'],
  ['C7', 'No sticky sessions'],
  ['C8', 'Session data expires'],
];

function conclude({ rules, findings, sessions, reached, interrupted }: ReportFacts, strict: boolean): Conclusion {
  const counts = (level: Level) => level === 'violation' || (strict && level === 'advice');
  if (findings.some((finding) => counts(finding.level))) return 'does-not-conform';
  // Whoever only looked has tested nothing that could be lost.
  if (reached !== null && reached.writes.length === 0) return 'no-verdict';
  const asked = rules.filter((rule) => rule.verdict.kind !== 'not-applicable');
  const judged =
    sessions.length > 0 &&
    sessions.every((session) => session.coverage !== null && session.unjudged.length === 0 && isAccountedFor(session));
  const open = asked.some((rule) => rule.level === 'violation' && rule.verdict.kind === 'inconclusive');
  const passed = asked.some((rule) => rule.verdict.kind === 'pass');
  return judged && passed && !open && !interrupted ? 'conforms' : 'no-verdict';
}

/** Whether judged, tied, waived and unjudged steps add up to the session's own: what nothing is said of cannot conform. */
function isAccountedFor({ requests, steps, coverage, unjudged, tied, waived }: SessionReport): boolean {
  const of = (status: StepStatus) => requests.filter((request) => request.status === status).map(({ number }) => number);
  const isJudged = of('judged').every((number) => coverage?.judged.includes(number - 1) === true);
  const isTold =
    of('unjudged').every((number) => unjudged.some(({ step }) => step === number)) &&
    of('tied').every((number) => tied.some(({ step }) => step === number)) &&
    of('waived').every((number) => waived.some(({ step, whole }) => whole && step === number));
  return isJudged && isTold && requests.filter(({ status }) => status !== null).length === steps;
}

/** A clause fails with any finding that breaks it, whatever its rule (notes break nothing), and passes only if all its rules that apply do. */
function clauseReport(clause: Clause, title: string, { rules, findings }: ReportFacts): ClauseReport {
  const breaches = findings.filter((finding) => finding.level !== 'note' && finding.clauses.includes(clause)).length;
  if (breaches > 0) return { clause, title, verdict: { kind: 'fail', findings: breaches } };
  return {
    clause,
    title,
    verdict: combine(rules.filter((rule) => rule.level !== 'note' && rule.clauses.includes(clause)).map((rule) => rule.verdict)),
  };
}

function combine(verdicts: readonly Verdict[]): Verdict {
  const open = verdicts.find((verdict) => verdict.kind === 'inconclusive');
  if (open !== undefined) return open;
  const passed = verdicts.filter((verdict) => verdict.kind === 'pass');
  if (passed.length > 0) return { kind: 'pass', exercised: passed.reduce((sum, verdict) => sum + verdict.exercised, 0) };
  return { kind: 'not-applicable', reason: verdicts.length === 0 ? 'not audited by this version' : 'no rule of it was asked for' };
}
