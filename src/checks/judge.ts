import type { AuditHeader, EvidenceRecord, GivenService, Problem, Suspicion } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import type { Isolation } from '../model/isolation.ts';
import type { Observation } from '../model/observation.ts';
import type { Reached } from '../model/reached.ts';
import type { RuleReport, SessionReport, Verdict } from '../model/report.ts';
import type { RuleId } from '../model/rule.ts';
import { compareObservation } from '../oracle/compare/comparison.ts';
import { type Account, account, isNamed } from './account/account.ts';
import { openOf } from './account/open.ts';
import { STEP_PROBLEMS } from './account/open-steps.ts';
import { describeSession } from './account/session-report.ts';
import { judgeSuspicion } from './facts/dependency.ts';
import { disksOf } from './facts/disks.ts';
import { exercised } from './facts/exercised.ts';
import { controlsOf, type Heard, headerOf, hear, learnFrom } from './facts/heard.ts';
import { jobsOf } from './facts/jobs.ts';
import { assetsMade, countAssets } from './facts/page-assets.ts';
import { residueOf } from './facts/residue.ts';
import { duplicateEffects } from './facts/schedules.ts';
import type { SessionEvidence } from './facts/session-evidence.ts';
import { fallbacksOf, lookedServices, storedSessions } from './facts/stored.ts';
import { sum } from './facts/sum.ts';
import { describeEffects, doubtfulReads, withFound } from './facts/unread-writes.ts';
import { causeOf } from './findings/cause.ts';
import { type Context, describeBreach } from './findings/describe-breach.ts';
import { maskedBy } from './findings/masked.ts';
import { onePerCause } from './findings/one-per-cause.ts';
import { RULES } from './index.ts';
import type { Facts, Inspection, Rule } from './rules/define-rule.ts';

/** What the evidence of an audit says, rule by rule. */
export interface Judgement {
  readonly header: AuditHeader;
  readonly findings: readonly Finding[];
  readonly rules: readonly RuleReport[];
  readonly sessions: readonly SessionReport[];
  readonly problems: readonly Problem[];
  readonly isolation: Isolation | null;
  readonly services: readonly GivenService[];
  readonly reached: Reached | null;
  readonly trials: number;
  readonly interrupted: boolean;
}

/** Judges an audit by its evidence alone. The same records give the same judgement. */
export function judge(records: readonly EvidenceRecord[]): Judgement {
  const header = headerOf(records);
  const heard = hear(records);
  const trial = (number: number) => heard.observations.find((observation) => observation.trial === number);
  const sessions = header.sessions.map((_, index) => examine(header, heard, { index, trial }));
  const accounts = sessions.map(account);
  const dependencies = sessions.flatMap((session) => session.dependencies);
  const isolation = records.find((record) => record.kind === 'isolation')?.isolation ?? null;
  const opportunities = sessions.map(exercised);
  const facts: Facts = {
    dependencies,
    beside: heard.beside,
    splits: sum(opportunities, ({ splits }) => splits),
    triples: sum(heard.coverage, ({ triplesCovered }) => triplesCovered),
    restarts: sum(opportunities, ({ restarts }) => restarts),
    disks: disksOf(sessions, opportunities),
    jobs: jobsOf(header, sessions),
    runs: header.script ? { again: sum(sessions, runsAgain) } : null,
    assets: sum(sessions, countAssets),
    residue: header.script ? [] : sessions.flatMap(residueOf),
    stored: sessions.flatMap(storedSessions),
    looked: lookedServices(sessions),
    fallbacks: fallbacksOf(sessions),
    schedules: duplicateEffects(heard.idle),
    watches: heard.idle.length,
    sessionTtlMs: header.sessionTtlMs,
    isolation,
    open: openOf(sessions, accounts),
  };
  const context: Context = {
    header,
    trial,
    resultsOf: (observation) => sessions[observation.session]?.resultsOf(observation) ?? [],
    maskedBy: (dependency) => {
      const session = sessions[dependency.suspicion.session];
      return session === undefined ? [] : maskedBy(session, dependency);
    },
  };
  const inspected = RULES.map((rule) => ({ rule, inspection: inspect(rule, facts) }));
  const findings = inspected.flatMap(({ rule, inspection }) =>
    header.rules.includes(rule.id) ? inspection.breaches.map((breach) => describeBreach(rule, breach, context)) : [],
  );
  return {
    header,
    findings: distinct(findings),
    rules: inspected.map(({ rule, inspection }) => ruleReport(rule, inspection, { wanted: header.rules, bound: facts.open.bound })),
    sessions: sessions.map((session, index) => describeSession(session, accounts[index] ?? NOTHING)),
    problems: [
      ...heard.problems.filter(({ code }) => !STEP_PROBLEMS.includes(code)),
      ...sessions.flatMap(assetsMade),
      ...sessions.flatMap(doubtfulReads),
      ...unknownWaivers(header),
    ],
    isolation,
    services: records.find((record) => record.kind === 'services')?.services ?? [],
    reached: records.find((record) => record.kind === 'explored')?.reached ?? null,
    trials: Math.max(0, ...heard.observations.map((observation) => observation.trial)),
    interrupted: heard.interrupted,
  };
}

/** A script serves nothing: only one rule is about it. */
function inspect(rule: Rule, facts: Facts): Inspection {
  const inspection = rule.inspect(facts);
  return facts.runs === null || rule.id === 'leftover-run' ? inspection : { ...inspection, unasked: 'a script serves nothing' };
}

/** Plays in which a script ran twice on one disk. */
function runsAgain({ observations }: SessionEvidence): number {
  return observations.filter(({ schedule, broken }) => schedule.axis === 'leftover' && schedule.processes === 1 && broken === null)
    .length;
}

function unknownWaivers({ allowUnjudged, sessions }: AuditHeader): Problem[] {
  const unknown = allowUnjudged.filter(
    (name) => !sessions.some((session) => session.steps.some((_, step) => isNamed(name, session, step))),
  );
  return unknown.map((name) => ({
    session: null,
    step: null,
    code: 'waiver-unknown',
    message: `--allow-unjudged ${name} names no step`,
    hint: 'Name a step by its number, its name or its request, as the report shows it, or all.',
  }));
}

const NOTHING: Account = { unjudged: [], tied: [], waived: [], statuses: [] };

/** Judges the suspicions of one session anew by its observations. */
function examine(
  header: AuditHeader,
  heard: Heard,
  { index, trial }: { index: number; trial: (number: number) => Observation | undefined },
): SessionEvidence {
  const { ignore, allowUnjudged } = header;
  const oracle = learnFrom(heard, index, header);
  const suspicions = heard.suspicions.filter(({ session }) => session === index);
  // What is refused may be what the token names, and not the token, if the step that issued it needs that as well.
  const isDependent = ({ sources }: Suspicion) => suspicions.some(({ step }) => sources.includes(step));
  const controls = controlsOf(heard, index);
  const judged = suspicions.map((suspicion) => {
    // What was confirmed is held against what was known then: later controls alone take nothing back.
    const upTo = Math.max(...suspicion.failing, ...suspicion.passing);
    const known = heard.learned.some((one) => one > upTo) ? learnFrom(heard, index, { ignore, upTo }) : oracle;
    const material = { ignore, trial, ...controls, issuesFreely: !isDependent(suspicion) };
    return { suspicion, dependency: known === null ? null : judgeSuspicion(suspicion, { oracle: known, ...material }) };
  });
  const dependencies = onePerCause(
    judged.flatMap(({ dependency }) => (dependency === null ? [] : [{ ...dependency, cause: causeOf(dependency) }])),
  );
  const session = header.sessions[index] ?? { name: '', file: '', steps: [] };
  const observations = heard.observations.filter((one) => one.session === index);
  const resultsOf = remembered((observation: Observation) => (oracle === null ? [] : compareObservation(oracle, observation)));
  return {
    session,
    oracle,
    resultsOf,
    effects: withFound(
      describeEffects({ session, oracle, observations, ignore, resultsOf }),
      dependencies.map(({ suspicion }) => suspicion),
    ),
    coverage: heard.coverage.find((one) => one.session === index) ?? null,
    problems: heard.problems.filter((one) => one.session === index),
    observations,
    dependencies,
    withdrawn: judged.flatMap(({ suspicion, dependency }) => (dependency === null ? [suspicion] : [])),
    learned: heard.learned,
    ignore,
    allowUnjudged,
  };
}

/** The same function, which is asked for each observation once. */
function remembered<T>(ask: (observation: Observation) => T): (observation: Observation) => T {
  const known = new Map<Observation, T>();
  return (observation) => {
    const answer = known.get(observation) ?? ask(observation);
    known.set(observation, answer);
    return answer;
  };
}

function ruleReport(
  rule: Rule,
  { breaches, unasked = null, ...inspection }: Inspection,
  { wanted, bound }: { wanted: readonly RuleId[]; bound: string | null },
): RuleReport {
  const { id, level, clauses, title, why, fix } = rule;
  return {
    id,
    level,
    clauses,
    title,
    why,
    fix,
    verdict: verdict({ ...inspection, bound, findings: breaches.length, unasked: wanted.includes(id) ? unasked : 'not asked for' }),
  };
}

function verdict({
  unasked,
  findings,
  exercised,
  idle,
  open,
  bound,
}: Pick<Inspection, 'exercised' | 'idle' | 'open'> & { unasked: string | null; findings: number; bound: string | null }): Verdict {
  if (unasked !== null) return { kind: 'not-applicable', reason: unasked };
  if (findings > 0) return { kind: 'fail', findings };
  if (open !== null) return { kind: 'inconclusive', reason: open };
  if (exercised > 0) return { kind: 'pass', exercised };
  return bound === null ? { kind: 'inconclusive', reason: idle } : { kind: 'not-applicable', reason: bound };
}

/** Two breaches of one kind at one place are one finding. */
function distinct(findings: readonly Finding[]): Finding[] {
  return findings.filter((finding, index) => findings.findIndex((other) => other.id === finding.id) === index);
}
