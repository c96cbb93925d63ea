import type { RunsReport } from '../../model/audited.ts';
import { byMode } from '../../model/coverage.ts';
import { countSteps, type SessionSummary } from '../../model/evidence.ts';
import { type Exchange, header, type Observation } from '../../model/observation.ts';
import type { PlayReport, SessionReport } from '../../model/report.ts';
import type { RestartMode } from '../../model/schedule.ts';
import { describeSchedule } from '../../model/schedule.ts';
import type { StepResult } from '../../oracle/compare/judge-step.ts';
import { mediaType } from '../../oracle/values/normalise.ts';
import { describeWrites } from '../facts/exercised.ts';
import { describeBehind } from '../facts/looked-behind.ts';
import type { SessionEvidence } from '../facts/session-evidence.ts';
import { statePlaces } from '../facts/state-places.ts';
import type { Account } from './account.ts';

/** What was and what was not judged of one session. Step numbers are from 1. */
export function describeSession(evidence: SessionEvidence, { statuses, ...account }: Account): SessionReport {
  const { session, oracle, resultsOf, observations, effects } = evidence;
  const steps = oracle?.steps ?? [];
  const control = observations.find(({ schedule, broken }) => schedule.axis === 'control' && broken === null);
  const requestOf = (step: number) => `${session.steps[step]?.method} ${session.steps[step]?.target}`;
  return {
    name: session.name,
    file: session.file,
    requests: session.steps.map(({ name, line, kind }, step) => ({
      number: step + 1,
      name,
      request: requestOf(step),
      line,
      kind,
      status: statuses[step] ?? null,
      answered: answeredWith(control?.exchanges[step]),
    })),
    plays: observations
      .filter((observation) => isOfThisSession(observation, session))
      .map((observation) => describePlay(observation, resultsOf(observation))),
    steps: countSteps(session, 'own'),
    echoes: countSteps(session, 'echo'),
    assets: countSteps(session, 'asset'),
    coverage: coverageOf(evidence),
    runs: runsOf(observations),
    behind: describeBehind(evidence),
    noise: steps.flatMap(({ noise }, step) =>
      noise.filter(({ as }) => as !== 'ignored').map(({ path, as }) => ({ step: step + 1, field: path, as })),
    ),
    ...account,
    unseen: unseen(control),
    effects: effects.map(({ step, kind, readers, why }) => ({
      step: step + 1,
      request: requestOf(step),
      kind,
      readBy: readers.map((reader) => ({ step: reader.step + 1, paths: reader.paths })),
      why,
    })),
    writes: describeWrites(evidence),
    state: statePlaces(evidence),
  };
}

/** Coverage without what was played behind findings; with restarts of which a cause was told, beside those that were searched. */
function coverageOf({ coverage, observations }: SessionEvidence): SessionReport['coverage'] {
  if (coverage === null) return null;
  const { behind: _, ...rest } = coverage;
  const played = observations.flatMap(({ schedule, broken, exchanges }) =>
    schedule.footing.length > 0 || schedule.variant.kind !== 'plain' || broken !== null
      ? []
      : schedule.restarts.filter(({ before, pauseOnly }) => !pauseOnly && before < exchanges.length),
  );
  const before = (mode: RestartMode) =>
    [...new Set([...coverage.restarts[mode], ...played.filter((one) => one.mode === mode).map((one) => one.before)])].sort(
      (a, b) => a - b,
    );
  const restarts = byMode(before);
  const implied = byMode((mode) => coverage.implied[mode].filter((step) => !restarts[mode].includes(step)));
  return { ...rest, restarts, implied };
}

/** Runs of a script: each trial is two of them, on one machine or on two. */
function runsOf(observations: readonly Observation[]): RunsReport | null {
  const again = observations.filter(({ schedule }) => schedule.axis === 'leftover' && schedule.processes === 1);
  if (again.length === 0) return null;
  const afterKill = again.filter(({ schedule }) => schedule.variant.kind === 'killed').length;
  const controls = observations.filter(({ schedule }) => schedule.axis === 'control').length;
  return { elsewhere: 2 * controls, again: again.length - afterKill, afterKill };
}

/** Visitors who tried out whether more reads show more played a longer session; those who need no assets leave them out. */
function isOfThisSession({ schedule: { variant }, exchanges }: Observation, { steps }: SessionSummary): boolean {
  const asked = steps.filter(({ kind }) => kind !== 'asset').length;
  return variant.kind !== 'omit' || [asked, steps.length].includes(exchanges.length);
}

function describePlay({ trial, schedule }: Observation, results: readonly StepResult[]): PlayReport {
  const differs = results.flatMap(({ kind }, step) => (kind === 'different' ? [step + 1] : []));
  return { trial, axis: schedule.axis, schedule: describeSchedule(schedule), differs };
}

/** Parts of replies that no comparison could see, as the first control shows them. */
function unseen(control: Observation | undefined): string[] {
  return (control?.exchanges ?? []).flatMap((exchange) => {
    const what = hiddenPart(exchange);
    return what === null ? [] : [`step ${exchange.step + 1} "${exchange.request.method} ${exchange.request.target}": ${what}`];
  });
}

/** A reply in short: where it leads tells a login that was refused from one that was not. */
function answeredWith(exchange: Exchange | undefined): string | null {
  if (exchange?.reply.outcome !== 'answered') return null;
  const { status, headers } = exchange.reply;
  const location = header(headers, 'location');
  return location === undefined ? String(status) : `${status} → ${location}`;
}

function hiddenPart({ reply }: Exchange): string | null {
  if (reply.outcome !== 'answered') return null;
  const { state, bytes, text, binary } = reply.body;
  if (state === 'cut' && mediaType(reply.headers) === 'text/event-stream') return 'events after the first second of the stream';
  if (state === 'cut') return 'what came of the reply after it was cut off';
  if (state === 'broken') return 'the content of a reply that broke off';
  return !binary && bytes > 4 * text.length && bytes > 1024 * 1024 ? 'what comes after the first MiB of the reply' : null;
}
