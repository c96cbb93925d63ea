import { randomUUID } from 'node:crypto';
import { leftOut, leftRunning, writtenOutside } from './audit-notes.ts';
import { commitOf } from './config/commit.ts';
import { readDependencies } from './config/dependencies.ts';
import { UserError } from './errors.ts';
import { knownSecrets } from './evidence/redaction/known-secrets.ts';
import { openTexts } from './evidence/redaction/open-texts.ts';
import { createRedactor } from './evidence/redaction/redact.ts';
import { redactedError } from './evidence/redaction/redacted-error.ts';
import { type EvidenceWriter, openEvidence } from './evidence/store.ts';
import type { Config } from './model/config.ts';
import { EVIDENCE_VERSION, type EvidenceRecord, type Withheld } from './model/evidence.ts';
import type { Progress } from './model/progress.ts';
import type { Reached } from './model/reached.ts';
import type { Report } from './model/report.ts';
import type { Session } from './model/session.ts';
import { TOOL } from './packaged.ts';
import { type ProgressReporter, reporting } from './progress.ts';
import { reportOf } from './report-of.ts';
import type { Elder } from './search/controls/aged.ts';
import { learnWhetherBeside } from './search/controls/beside.ts';
import { compareIdle } from './search/controls/idle.ts';
import { scriptSession } from './search/script/script-session.ts';
import { searchScript } from './search/script/search-script.ts';
import { searchSession } from './search/search-session.ts';
import { summarise } from './search/summarise.ts';
import { clientIn, type Proposal, proposeServices } from './services/propose.ts';
import { loadSession } from './session/load.ts';
import { judgedSoFar } from './so-far.ts';
import { openTestBed } from './trials/open-test-bed.ts';
import { prepareServices } from './trials/prepare-services.ts';
import { startsAnew, type TestBed } from './trials/test-bed.ts';
import { stopProcesses } from './trials/trial-processes.ts';

export interface AuditOptions {
  readonly config: Config;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** What the user asked for, stored with the evidence so that `replay` can ask again. Holds no secrets. */
  readonly invocation: Readonly<Record<string, unknown>>;
  /** Names of variables whose secret values are not among it. */
  readonly withheld: Withheld;
}

export interface AuditResult {
  readonly report: Report;
  /** Folder that holds the evidence. */
  readonly evidence: string;
}

/**
 * The whole audit: prepare, rehearse, explore, judge, report. Throws a UserError if it cannot begin (bad session, app that
 * does not start, output that cannot be written); once evidence exists, an interruption still gives a report of it.
 */
export async function audit({
  config: given,
  signal,
  onProgress,
  invocation: asked,
  withheld,
}: AuditOptions): Promise<AuditResult> {
  const now = () => new Date();
  const began = now();
  const end = (reason: 'finished' | 'interrupted'): EvidenceRecord => ({
    kind: 'end',
    reason,
    ms: now().getTime() - began.getTime(),
  });
  const runId = began.toISOString().replace(/[:.]/g, '-').slice(0, 23);
  const named = await loadAll(given);
  const evidence = openEvidence(given.output, runId);
  const progress = reporting(onProgress);
  const { config, invocation, reached } = await visited(given, {
    invocation: asked,
    folder: evidence.folder,
    signal,
    progress,
  }).catch((error: unknown) => {
    evidence.discardIfEmpty();
    throw error;
  });
  const sessions = reached === null ? named : await loadAll(config);
  const redactor = createRedactor(
    knownSecrets(
      config,
      process.env,
      sessions.flatMap(({ environment }) => environment),
    ),
    { open: openTexts(config, sessions), showValues: config.showValues },
  );
  const { records, record } = recorder(evidence, progress);
  const soFar = judgedSoFar(records, (all) => reportOf(all, false));
  const [dependencies, commit] = await Promise.all([readDependencies(config.app.cwd), commitOf(config.app.cwd)]);

  const header: EvidenceRecord = {
    kind: 'audit',
    version: EVIDENCE_VERSION,
    tool: TOOL,
    at: began.toISOString(),
    commit,
    seed: config.seed,
    app: {
      command: config.app.command,
      cwd: config.app.cwd,
      envNames: Object.keys(config.app.env),
      dependencies,
    },
    sessions: config.script ? [scriptSession(config)] : sessions.map(summarise),
    processes: config.processes,
    script: config.script,
    companions: config.companions.map(({ name, count }) => ({ name, count })),
    strength: config.strength,
    rules: config.rules,
    ignore: config.ignore,
    allowUnjudged: config.allowUnjudged,
    stalenessMs: config.stalenessMs,
    sessionTtlMs: config.sessionTtlMs,
    values: config.showValues ? 'shown' : 'disguised',
    invocation,
    withheld,
  };
  record(redactor.all(header));
  if (reached !== null) {
    const explored = redactor.all({ kind: 'explored' as const, reached });
    record(explored);
    progress.reached(explored.reached);
  }
  const wanted = { dependencies, env: { ...process.env, ...config.app.env } };
  const chosen = config.services.map(({ name }) => name);
  const proposals = await proposeServices(wanted, chosen);
  for (const { message, hint } of proposals)
    record(redactor.all({ kind: 'problem', session: null, step: null, code: 'service-proposed', message, hint }));
  for (const [index, session] of sessions.entries()) for (const note of leftOut(session, index)) record(redactor.all(note));
  try {
    progress.phase('prepare');
    await using bed = await openTestBed({
      config,
      runId: `${runId}-${randomUUID()}`,
      signal,
      redactor,
      record,
      ...(config.failFast ? { isEnough: soFar.isViolated } : {}),
      now,
      progress: (news) => progress.news(news, news.suspicion === true && onProgress !== undefined ? soFar.fresh() : []),
    });
    const client = clientIn(dependencies, chosen);
    if (client !== null) bed.traits.meetsIn = `the app depends on ${client}, and no such service was started for it`;
    await prepareServices(bed);
    if (config.script) await searchScript(bed);
    else await searchSessions(bed, sessions);
    await bed.leavers.over();
    await Promise.all([bed, ...bed.companions].map(({ supervisor }) => supervisor.stopAll()));
    const left = await bed.supervisor.endLeftovers();
    if (left.length > 0) record(leftRunning(left));
    const outside = await bed.host.writtenOutside?.([config.output]);
    if (outside !== undefined && outside.files.length > 0) record(redactor.all(writtenOutside(outside)));
    record(end('finished'));
  } catch (error) {
    if (!signal.aborted) {
      evidence.discardIfEmpty();
      throw redactedError(withProposals(error, proposals), redactor);
    }
    record(end('interrupted'));
  }
  progress.phase('judge');
  return { report: reportOf(records, config.strict), evidence: evidence.folder };
}

function loadAll(config: Config): Promise<Session[]> {
  return Promise.all(config.sessions.map((file) => loadSession(file, config)));
}

/** The config with a session, which is made of a visit where none is named, and asked for again by `replay`. */
async function visited(
  config: Config,
  { invocation, ...stage }: Pick<AuditOptions, 'invocation' | 'signal'> & { folder: string; progress: ProgressReporter },
): Promise<Pick<AuditOptions, 'config' | 'invocation'> & { reached: Reached | null }> {
  if (config.explore === null) return { config, invocation, reached: null };
  stage.progress.phase('visit');
  // Most audits are given a session: what reads pages and descriptions need not be loaded for them.
  const { exploreApp } = await import('./explore-app.ts');
  const { file, reached, variables } = await exploreApp(config, stage);
  const { flags } = invocation;
  const again = typeof flags === 'object' ? { ...invocation, flags: { ...flags, sessions: [file] } } : invocation;
  return { config: { ...config, sessions: [file], variables: { ...config.variables, ...variables } }, invocation: again, reached };
}

/** An app that does not start may want for a service. */
function withProposals(error: unknown, proposals: readonly Proposal[]): unknown {
  if (!(error instanceof UserError) || proposals.length === 0) return error;
  const { code, message, details, cause } = error;
  const hint = [error.hint, ...proposals.map((one) => `${one.message}. ${one.hint}`)].join('\n      ');
  return new UserError(code, message, hint, { details, cause });
}

const NOT_PLAYED = {
  code: 'fail-fast',
  message: 'not played: the search ended at the first violation, as --fail-fast asks',
  hint: 'Run the audit again without --fail-fast.',
};

async function searchSessions(bed: TestBed, sessions: readonly Session[]): Promise<void> {
  const elder = await elderOf(bed);
  for (const [session, given] of sessions.entries()) {
    if (!bed.isEnough()) await searchSession(bed, given, session, session === 0 ? elder : null);
    else bed.record({ kind: 'problem', session, step: null, ...NOT_PLAYED });
  }
  if (!bed.isEnough()) await compareIdle(bed);
}

/** A process that stands idle from the first on, if nothing need be started or emptied beside it for other trials. */
async function elderOf(bed: TestBed): Promise<Elder | null> {
  const elder = await learnWhetherBeside(bed);
  if (elder === null || !startsAnew(bed)) return elder;
  await stopProcesses(bed, elder.trialProcesses);
  return null;
}

/** Saves every record before anything is made of it, and keeps it for the judgement. */
function recorder(
  evidence: EvidenceWriter,
  progress: ProgressReporter,
): { records: EvidenceRecord[]; record: (record: EvidenceRecord) => void } {
  const records: EvidenceRecord[] = [];
  const record = (one: EvidenceRecord) => {
    evidence.write(one);
    records.push(one);
    if (one.kind === 'observation') progress.played();
  };
  return { records, record };
}
