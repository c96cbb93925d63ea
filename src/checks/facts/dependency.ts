import type { Ignore } from '../../model/config.ts';
import type { ProbeKind, Suspicion, Within } from '../../model/evidence.ts';
import type { JournalEntry } from '../../model/journal.ts';
import type { Exchange, Observation } from '../../model/observation.ts';
import { compareObservation } from '../../oracle/compare/comparison.ts';
import type { Difference } from '../../oracle/compare/expectation.ts';
import type { Oracle, StepResult } from '../../oracle/compare/judge-step.ts';
import { subtract } from '../../oracle/compare/subtract.ts';
import { hasGrown } from '../../oracle/effects/self-contained.ts';
import { learnOracle } from '../../oracle/learn/learn-oracle.ts';
import { filesOf, isOnDisk } from './files.ts';
import { isAsset } from './is-asset.ts';
import { replyText, showsIssued, tokens } from './issued-tokens.ts';

/** A suspicion judged anew from the observations it names. */
export interface Dependency {
  readonly suspicion: Suspicion;
  /** The divergent step as answered in the arm that is as expected, and in the one that is not. */
  readonly expected: Exchange;
  readonly actual: Exchange;
  /** Who served the step that the arms serve differently, in either of them. */
  readonly movedBy: { readonly expected: string; readonly actual: string };
  readonly differences: readonly Difference[];
  /** How many plays of each arm differed at the step. */
  readonly failing: number;
  readonly passing: number;
  /** How the step was answered in the trials that tell causes apart. */
  readonly probes: Readonly<Partial<Record<ProbeKind, ProbeResult>>>;
  /** Whether the process that does not know treats the visitor like a stranger; `null` if that cannot be told. */
  readonly anonymous: boolean | null;
  /** It is the process that was not restarted that is wrong: it has not heard of what its visitor wrote since it booted. */
  readonly sinceBoot: boolean;
  /**
   * How it shows that the state is in the tokens that the sources issued, and not in the process that did: they carry what the visitor
   * sent, or grow with it; `null`: it does not.
   */
  readonly selfContained: 'carries' | 'grows' | null;
  /** The step fetches a style sheet, script or the like, and all that it needs are page views. */
  readonly isAsset: boolean;
  /** What it asks for is named by the process that named it: another address with every boot, and one as long as that lives. */
  readonly isNamedAtBoot: boolean;
  /** Steps of the footing that were played once more in the pair. */
  readonly replayed: readonly number[];
  /** The process type that was restarted, or of which there was one more; `web` if it is none. */
  readonly type: string;
  /** It was restarted in the midst of work that was begun before. */
  readonly isCutShort: boolean;
  /** A script was killed in its first run. */
  readonly wasKilled: boolean;
  /** How its sources were asked. */
  readonly sourceMethods: readonly string[];
  /** On the axes of the disk: the files that it is likely to be about. */
  readonly files: readonly JournalEntry[];
}

/** `same` as in the controls in every trial, `different` in every trial, or neither; `idle`: there was nothing to vary. */
export type ProbeResult = 'same' | 'different' | 'unclear' | 'idle';

export interface Material {
  readonly oracle: Oracle;
  readonly ignore: Ignore;
  readonly trial: (number: number) => Observation | undefined;
  /** Plays on one process each, and the second one on the first of those. */
  readonly controls: readonly Observation[];
  readonly warm: Observation | undefined;
  /** Whether its sources are known to depend on nothing themselves. */
  readonly issuesFreely: boolean;
}

/** The dependency if the observations bear the suspicion out (every failing play differs, no passing one, also when heard again), else `null`. */
export function judgeSuspicion(
  suspicion: Suspicion,
  { oracle, ignore, trial, issuesFreely, controls, warm }: Material,
): Dependency | null {
  const arm = (numbers: readonly number[]) => numbers.flatMap((number) => trial(number) ?? []);
  const at = (observation: Observation): StepResult => {
    const result = compareObservation(oracle, observation)[suspicion.step];
    return result === undefined ? NOT_PLAYED : subtract(result, suspicion.subtracted);
  };
  const [failing, passing] = [arm(suspicion.failing), arm(suspicion.passing)];
  const [shown, friendly] = [failing[0], passing[0]];
  const result = shown === undefined ? undefined : at(shown);
  const actual = shown?.exchanges[suspicion.step];
  const expected = friendly?.exchanges[suspicion.step];
  if (result?.kind !== 'different' || actual === undefined || expected === undefined) return null;
  const kinds = { failing: failing.map(at), passing: passing.map(at) };
  if (!kinds.failing.every(isDifferent) || !kinds.passing.every((one) => one.kind === 'same')) return null;
  if (!holdsAgain(suspicion, { arm, ignore })) return null;
  const probes = Object.fromEntries(
    suspicion.probes.map(({ kind, trials, ran, idle = false }) => [
      kind,
      !ran ? 'unclear' : idle ? 'idle' : probeResult(arm(trials).map(at)),
    ]),
  );
  const strangers = suspicion.probes.filter(({ kind }) => kind === 'stranger-away' || kind === 'forger-away');
  const sinceBoot = suspicion.axis === 'successor' && showsMoreOfSources(suspicion, { shown, friendly });
  return {
    suspicion: { ...suspicion, within: suspicion.within.filter((one) => isWithin(one, { trial, oracle })) },
    ...(sinceBoot ? { expected: actual, actual: expected } : { expected, actual }),
    movedBy: { expected: servedBy(friendly, suspicion.moved), actual: servedBy(shown, suspicion.moved) },
    sinceBoot,
    selfContained: issuesFreely ? selfContained(suspicion, friendly, trial) : null,
    differences: sinceBoot ? result.differences.map(swapped) : result.differences,
    failing: kinds.failing.length,
    passing: 0,
    probes,
    anonymous:
      strangers.length === 0
        ? null
        : isAnonymous(suspicion, { failing, strangers: strangers.map(({ trials }) => arm(trials)), ignore }),
    type: shown?.schedule.extra ?? shown?.schedule.restarts.find(({ type }) => type !== undefined)?.type ?? 'web',
    isCutShort: shown?.schedule.restarts.some(({ atOnce }) => atOnce === true) ?? false,
    wasKilled: shown?.schedule.variant.kind === 'killed',
    sourceMethods: suspicion.sources.flatMap((source) => friendly?.exchanges[source]?.request.method ?? []),
    isAsset: isAsset(expected) && suspicion.sources.every((source) => friendly?.exchanges[source]?.request.method === 'GET'),
    isNamedAtBoot: isNamedAtBoot(suspicion.step, controls, warm),
    replayed: [...new Set((shown?.replays ?? []).map(({ exchange }) => exchange.step))].sort((a, b) => a - b),
    files: isOnDisk(suspicion) ? filesOf(suspicion, friendly, probes['equal-boot'] === 'same') : [],
  };
}

/** Whether a second visit to one process is answered otherwise there. */
function isWithin({ trial: number, step }: Within, { trial, oracle }: Pick<Material, 'trial' | 'oracle'>): boolean {
  const visits = trial(number);
  return visits?.schedule.formation === 'together' && compareObservation(oracle, visits)[step]?.kind === 'different';
}

/** Whether a step asks for another address in every control, and twice for one where one process was played on twice. */
function isNamedAtBoot(step: number, controls: readonly Observation[], warm: Observation | undefined): boolean {
  const [first, ...others] = controls.flatMap(({ exchanges }) => exchanges[step]?.request.target ?? []);
  const again = warm?.exchanges[step]?.request.target;
  return first !== undefined && others.length > 0 && first === again && !others.includes(first);
}

/** Whether further plays of both arms, held against controls of their own hour, show the same. */
function holdsAgain(
  { again, step, subtracted }: Suspicion,
  { arm, ignore }: { arm: (trials: readonly number[]) => Observation[]; ignore: Ignore },
): boolean {
  if (again === null) return true;
  const controls = arm(again.controls);
  if (controls.length < again.controls.length) return false;
  const oracle = learnOracle(controls, { ignore });
  const all = (trials: readonly number[], kind: StepResult['kind']) =>
    arm(trials).every((one) => subtract(compareObservation(oracle, one)[step] ?? NOT_PLAYED, subtracted).kind === kind);
  return all(again.failing, 'different') && all(again.passing, 'same');
}

function servedBy(observation: Observation | undefined, step: number): string {
  return observation?.exchanges[step]?.by ?? '';
}

const NOT_PLAYED: StepResult = { kind: 'unjudged', why: 'absent', reason: 'not played' };

function selfContained(
  { sources, probes }: Suspicion,
  arm: Observation | undefined,
  trial: Material['trial'],
): Dependency['selfContained'] {
  const issuing = sources.flatMap((source) => arm?.exchanges[source] ?? []).filter(({ issued }) => issued !== null);
  if (issuing.length === 0) return null;
  if (issuing.every(({ issued }) => issued?.carries)) return 'carries';
  const longer = (probes.find(({ kind }) => kind === 'longer')?.trials ?? []).flatMap((number) => trial(number) ?? []);
  const grows = longer.every(({ exchanges, schedule: { variant } }) => {
    const by = variant.kind === 'longer' ? variant.by : Number.POSITIVE_INFINITY;
    return issuing.every(({ step, issued, reply }) => {
      const other = exchanges[step];
      const isAccepted = other?.reply.outcome === 'answered' && reply.outcome === 'answered' && other.reply.status === reply.status;
      return isAccepted && issued !== null && other.issued !== null && hasGrown(issued, other.issued, by);
    });
  });
  return longer.length > 0 && grows ? 'grows' : null;
}

/** Whether the reply shows more of what its sources were sent where the process was restarted than where it was not. */
function showsMoreOfSources(
  { step, sources }: Suspicion,
  { shown, friendly }: { shown: Observation | undefined; friendly: Observation | undefined },
): boolean {
  const count = (observation: Observation | undefined) => {
    const reply = tokens(replyText(observation?.exchanges[step]));
    const sent = sources.flatMap((source) => [...tokens(observation?.exchanges[source]?.request.body ?? '')]);
    return sent.filter((token) => reply.has(token)).length;
  };
  return count(shown) > count(friendly);
}

function swapped({ path, expected, actual }: Difference): Difference {
  return { path, expected: actual, actual: expected };
}

function isDifferent(result: StepResult): boolean {
  return result.kind === 'different';
}

function probeResult(results: readonly StepResult[]): ProbeResult {
  if (results.length > 0 && results.every((result) => result.kind === 'same')) return 'same';
  return results.length > 0 && results.every(isDifferent) ? 'different' : 'unclear';
}

interface Strangers {
  readonly failing: readonly Observation[];
  /** Plays of one who shows nothing, and of one who shows what was never issued. */
  readonly strangers: readonly (readonly Observation[])[];
  readonly ignore: Ignore;
}

/**
 * Whether a stranger gets the answer that the visitor got from the process that does not know: one who shows nothing, or one who shows what was
 * never issued, as "no token" and "wrong token" may be told apart. Refusals and redirects are compared by status and target only. Who shows
 * nothing that the app has issued has no session that could be lost.
 */
function isAnonymous({ step, moved }: Suspicion, { failing, strangers, ignore }: Strangers): boolean {
  const isSilent = ({ exchanges }: Observation) => exchanges[step]?.reply.outcome !== 'answered';
  if (failing.every(isSilent)) return strangers.every((plays) => plays.length > 0 && plays.every(isSilent));
  if (!failing.every((visitor) => showsIssued(visitor, moved))) return false;
  const oracle = learnOracle(failing, { ignore });
  return strangers.flat().some((stranger) => {
    const result = compareObservation(oracle, stranger)[step];
    if (result?.kind === 'same') return true;
    if (result?.kind !== 'different') return false;
    const isRefused = statusAt(stranger, step) >= 300;
    return result.differences.every(
      ({ path }) => path.startsWith('cookies') || (isRefused && path !== 'status' && path !== 'redirect'),
    );
  });
}

function statusAt(observation: Observation, step: number): number {
  const reply = observation.exchanges[step]?.reply;
  return reply?.outcome === 'answered' ? reply.status : 0;
}
