import type { Observation } from '../../model/observation.ts';
import { friendliest } from '../../model/schedule.ts';
import type { Session } from '../../model/session.ts';
import { compareObservation } from '../../oracle/compare/comparison.ts';
import { learnOracle } from '../../oracle/learn/learn-oracle.ts';
import { type Complaint, type PlayedTrial, playTrial } from '../../trials/play-trial.ts';
import { type TestBed, TooYoung } from '../../trials/test-bed.ts';

/** The first wait that is tried; each further one is twice as long, in milliseconds. */
export const FIRST_MS = 100;
/** No longer wait is tried where older processes do no better and nothing says that they will: it is chance, or a fault. */
const GIVE_UP_MS = 800;
/** Plays of young and old processes in turn that are needed, as a coin may fall alike a few times, and that are enough to give up. */
const LEAST_ROUNDS = 6;
const MOST_ROUNDS = 8;

/** Controls of one session, all begun as soon as their process was ready. */
export interface Young {
  readonly session: Session;
  readonly index: number;
  readonly controls: readonly Observation[];
  /** A play on a process that had served another visitor before. */
  readonly warm: Observation | undefined;
  readonly complaints: readonly Complaint[];
  /** A play on a process that had stood idle for so long, in milliseconds, if it is known to differ from the controls. */
  readonly aged?: { readonly observation: Observation; readonly ms: number };
}

/**
 * How long a process must be left alone after it got ready until it answers as older ones do, in milliseconds; 0 if young processes
 * answer no otherwise. An open port is no promise: some apps finish their start-up after it.
 */
async function settlingTime(bed: TestBed, young: Young): Promise<number> {
  const { controls, warm, complaints, aged } = young;
  // Who has not answered within the step timeout is old by then.
  if (controls.some((control) => isSlow(bed, control))) return 0;
  const isOpen = aged !== undefined || complaints.length > 0 || controls.some(fails) || isUnstable(bed, controls);
  if (!isOpen && (warm === undefined || !differs(bed, controls, warm))) return 0;
  const most = aged?.ms ?? GIVE_UP_MS;
  const unsent = new Set(
    (aged?.observation.exchanges ?? []).flatMap(({ step, reply }) => (reply.outcome === 'unsent' ? [step] : [])),
  );
  let before: { ms: number; play: PlayedTrial } | null = null;
  for (let ms = FIRST_MS; ms <= bed.config.app.readiness.timeoutMs; ms *= 2) {
    const play = await playSettled(bed, young, ms);
    if (before !== null) {
      const pair = [before.play.observation, play.observation];
      // Where older processes redirect elsewhere, there is no step to follow what young ones did.
      const sent = ({ exchanges }: Observation) => ({ exchanges: exchanges.filter(({ step }) => !unsent.has(step)) });
      const isSettled =
        !isUnstable(bed, pair, unsent) &&
        !pair.map(sent).some(fails) &&
        before.play.complaints.length + play.complaints.length === 0 &&
        (aged === undefined || !differsBeyondNumbers(bed, pair, aged.observation));
      if (isSettled) return (await isYouth(bed, young, { pair, ms: before.ms })) ? before.ms : 0;
      if (before.ms >= most && !pair.some(asksToWait)) return 0;
    }
    before = { ms, play };
  }
  return 0;
}

/** Throws `TooYoung` if controls disagree because some were answered by processes that had not settled. */
export async function refuseYouth(bed: TestBed, young: Young): Promise<void> {
  if (bed.traits.settleMs > 0) return;
  const settleMs = await settlingTime(bed, young);
  if (settleMs > 0) throw new TooYoung(settleMs);
}

/** Whether it is age that matters, and neither chance nor what earlier plays have left: older processes agree every time, young ones still do not. */
async function isYouth(bed: TestBed, young: Young, { pair, ms }: { pair: readonly Observation[]; ms: number }): Promise<boolean> {
  const isOther = young.aged === undefined ? differs : differsBeyondNumbers;
  if (!young.controls.some((control) => isOther(bed, pair, control))) return false;
  const deviates = async (age: number) => isOther(bed, pair, (await playSettled(bed, young, age)).observation);
  let deviated = false;
  // On a busy machine a process may have settled before it is first asked.
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if (await deviates(ms)) return false;
    deviated = (await deviates(0)) || deviated;
    if (deviated && round >= LEAST_ROUNDS - 1) return true;
  }
  return false;
}

async function playSettled(bed: TestBed, { session, index }: Young, ms: number): Promise<PlayedTrial> {
  return withSettling(bed, ms, () =>
    playTrial(bed, { session, sessionIndex: index, schedule: friendliest(session.steps.length), oracle: null }),
  );
}

/** Plays with processes that are left alone for so long after they got ready. */
export async function withSettling<T>({ traits }: TestBed, ms: number, play: () => Promise<T>): Promise<T> {
  const before = traits.settleMs;
  traits.settleMs = ms;
  try {
    return await play();
  } finally {
    traits.settleMs = before;
  }
}

function isUnstable(
  { config: { ignore } }: TestBed,
  controls: readonly Observation[],
  unless: ReadonlySet<number> = new Set(),
): boolean {
  return learnOracle(controls, { ignore }).steps.some(
    ({ unjudgeable }, step) => unjudgeable?.kind === 'unstable' && !unless.has(step),
  );
}

function differs({ config: { ignore } }: TestBed, controls: readonly Observation[], play: Observation): boolean {
  return compareObservation(learnOracle(controls, { ignore }), play).some(({ kind }) => kind === 'different');
}

/**
 * Whether a play differs from what controls taught in more than counts, times and ids: what an older process answers otherwise need not be
 * youth where it tells of its age.
 */
export function differsBeyondNumbers(
  { config: { ignore } }: TestBed,
  controls: readonly Observation[],
  play: Observation,
): boolean {
  return compareObservation(learnOracle(controls, { ignore }), play).some(
    (result) =>
      result.kind === 'different' &&
      result.differences.some(({ expected, actual }) => withoutNumbers(expected) !== withoutNumbers(actual)),
  );
}

/** A text with a sign in place of every word that has a digit in it. */
function withoutNumbers(text: string): string {
  return text.replace(/[\w.-]*\d[\w.-]*/g, '#');
}

/** Whether a step was not answered, or by an error of the server's own. */
function fails({ exchanges }: Pick<Observation, 'exchanges'>): boolean {
  return exchanges.some(({ reply }) => reply.outcome !== 'answered' || reply.status >= 500);
}

/** Whether a step was declined for the time being. */
function asksToWait({ exchanges }: Observation): boolean {
  return exchanges.some(({ reply }) => reply.outcome === 'refused' || (reply.outcome === 'answered' && reply.status === 503));
}

function isSlow({ config: { stepTimeoutMs } }: TestBed, { exchanges }: Observation): boolean {
  return exchanges.some(({ reply }) => reply.ms >= stepTimeoutMs);
}
