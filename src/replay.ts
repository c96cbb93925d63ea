import { randomUUID } from 'node:crypto';
import { showReply } from './checks/findings/show.ts';
import { judge } from './checks/judge.ts';
import { UserError } from './errors.ts';
import { fromEvidence, readEvidence } from './evidence/read.ts';
import { knownSecrets } from './evidence/redaction/known-secrets.ts';
import { openTexts } from './evidence/redaction/open-texts.ts';
import { createRedactor } from './evidence/redaction/redact.ts';
import { redactedError } from './evidence/redaction/redacted-error.ts';
import type { Config } from './model/config.ts';
import type { EvidenceRecord } from './model/evidence.ts';
import type { Finding } from './model/finding.ts';
import type { Observation } from './model/observation.ts';
import { describeSchedule, type Schedule } from './model/schedule.ts';
import type { Session } from './model/session.ts';
import type { StepResult } from './oracle/compare/judge-step.ts';
import { learnWhetherBeside } from './search/controls/beside.ts';
import { rehearse } from './search/controls/rehearse.ts';
import { replayScript } from './search/script/search-script.ts';
import { whenSettled } from './search/search-session.ts';
import type { Played, SessionSearch } from './search/session-search.ts';
import { loadSession } from './session/load.ts';
import { openTestBed, type TestBedOptions } from './trials/open-test-bed.ts';
import { stopProcesses } from './trials/trial-processes.ts';

export interface ReplayOptions {
  readonly config: Config;
  /** Evidence folder, evidence file, or output folder (its latest audit). */
  readonly evidence: string;
  /** Id of a finding, or the beginning of one. */
  readonly finding: string;
  readonly signal: AbortSignal;
}

/** Both arms of a minimal pair, played again. */
export interface Replay {
  readonly finding: Finding;
  readonly passing: Arm;
  readonly failing: Arm;
  /** Whether the failing arm differed again and the passing arm did not. */
  readonly reproduced: boolean;
}

export interface Arm {
  /** As printed by `describeSchedule`. */
  readonly schedule: string;
  /** One line a step: who served it, what was asked, what was answered. Hostile text. */
  readonly steps: readonly { readonly by: string; readonly request: string; readonly reply: string; readonly differs: boolean }[];
}

/** Plays the minimal pair of a finding again, on new processes and with new values, after new controls. */
export async function replay({ config, evidence, finding: id, signal }: ReplayOptions): Promise<Replay> {
  const { file, records } = readEvidence(evidence);
  const { findings, header } = fromEvidence(file, () => judge(records));
  const finding = findings.find((one) => one.id.startsWith(id.toLowerCase()));
  if (finding === undefined) {
    const known = findings.map((one) => `${one.id} (${one.rule})`).join(', ') || 'none';
    throw new UserError('finding-unknown', `no finding ${id} in ${file}`, `Findings there: ${known}.`);
  }
  if (finding.replay === '')
    throw new UserError(
      'finding-unpaired',
      `finding ${finding.id} (${finding.rule}) is a note, not a minimal pair`,
      'Run `share-nothing check` again to see whether it is still so.',
    );
  const index = header.sessions.findIndex((session) => session.name === finding.session);
  const isOfSession = finding.step !== null && !header.script;
  const session = isOfSession ? await loadSession(header.sessions[index]?.file ?? '', config) : null;
  const runId = `replay-${randomUUID()}`;
  const redactor = createRedactor(knownSecrets(config, process.env, session?.environment ?? []), {
    open: openTexts(config, session === null ? [] : [session]),
    showValues: config.showValues,
  });
  try {
    return await replayOn({ config, signal, runId, redactor }, { finding, session, index, records });
  } catch (error) {
    throw redactedError(error, redactor);
  }
}

interface Again {
  readonly finding: Finding;
  /** The one that it is about, and its place among those of the audit; `null`: it is about none. */
  readonly session: Session | null;
  readonly index: number;
  readonly records: readonly EvidenceRecord[];
}

async function replayOn(
  given: Pick<TestBedOptions, 'config' | 'signal' | 'runId' | 'redactor'>,
  { finding, session, index, records }: Again,
): Promise<Replay> {
  const fresh: EvidenceRecord[] = [];
  await using bed = await openTestBed({
    ...given,
    record: (record) => fresh.push(record),
    now: () => new Date(),
    progress: () => {},
  });
  if (finding.step !== null && session === null) {
    const schedules = {
      failing: scheduleOf(records, finding.trials.failing[0]),
      passing: scheduleOf(records, finding.trials.passing[0]),
    };
    const again = await replayScript(bed, finding.step.number - 1, schedules);
    return { finding, ...again, failing: armOf(again.failing), passing: armOf(again.passing) };
  }
  if (finding.step === null || session === null) {
    const elder = await learnWhetherBeside(bed);
    if (elder !== null) await stopProcesses(bed, elder.trialProcesses);
    return replayStart(finding, bed.traits.standsBeside, fresh);
  }
  const sessionSearch = await whenSettled(bed, index, () => rehearse(bed, session, index));
  if (sessionSearch === null) throw unplayable(fresh);
  const step = finding.step.number - 1;
  sessionSearch.subtracted = new Map([[step, subtractedFrom(records, finding)]]);
  const failing = await sessionSearch.play(scheduleOf(records, finding.trials.failing[0]));
  const passing = await sessionSearch.play(scheduleOf(records, finding.trials.passing[0]));
  const reproduced = sessionSearch.resultAt(failing, step) === 'different' && sessionSearch.resultAt(passing, step) === 'same';
  return { finding, failing: showArm(sessionSearch, failing), passing: showArm(sessionSearch, passing), reproduced };
}

function scheduleOf(records: readonly EvidenceRecord[], trial: number | undefined): Schedule {
  const found = records.find((record) => record.kind === 'observation' && record.observation.trial === trial);
  if (found?.kind !== 'observation') throw new Error(`evidence without trial ${trial}`);
  return found.observation.schedule;
}

/** Parts of the step's replies that the finding is not about. */
function subtractedFrom(records: readonly EvidenceRecord[], { trials }: Finding): readonly string[] {
  const found = records.find((record) => record.kind === 'suspicion' && record.failing[0] === trials.failing[0]);
  return found?.kind === 'suspicion' ? found.subtracted : [];
}

function showArm(sessionSearch: SessionSearch, { observation }: Played): Arm {
  return armOf({ observation, results: sessionSearch.results({ observation, complaints: [] }) });
}

function armOf({ observation, results }: { observation: Observation; results: readonly StepResult[] }): Arm {
  const steps = observation.exchanges.map((exchange, index) => ({
    by: exchange.by,
    request: `${exchange.request.method} ${exchange.request.target}`,
    reply: showReply(exchange),
    differs: results[index]?.kind === 'different',
  }));
  return { schedule: describeSchedule(observation.schedule), steps };
}

function replayStart(finding: Finding, started: boolean, fresh: readonly EvidenceRecord[]): Replay {
  const attempts = fresh.filter((record) => record.kind === 'beside');
  const arm = (alone: boolean): Arm => ({
    schedule: alone ? 'web.2 alone' : 'web.2 beside web.1',
    steps: attempts
      .filter((attempt) => attempt.alone === alone)
      .map((attempt) => ({ by: 'web.2', request: 'start', reply: attempt.reason ?? 'ready', differs: !attempt.started && !alone })),
  });
  return { finding, failing: arm(false), passing: arm(true), reproduced: !started };
}

function unplayable(fresh: readonly EvidenceRecord[]): UserError {
  const problem = fresh.find((record) => record.kind === 'problem');
  if (problem?.kind !== 'problem')
    return new UserError('session-unplayable', 'the session can no longer be played', 'Run `share-nothing check` again.');
  return new UserError(problem.code, problem.message, problem.hint);
}
