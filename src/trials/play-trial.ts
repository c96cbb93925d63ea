import { setTimeout as wait } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import { type Exchange, isRead, type Observation, type Replay } from '../model/observation.ts';
import { isLeftOut, isOnOneProcess, placeAt, type Restart, type Schedule } from '../model/schedule.ts';
import type { Session } from '../model/session.ts';
import { startComparison } from '../oracle/compare/comparison.ts';
import { freshnessOf, MAX_AWAITED_FRESHNESS_S, type Oracle } from '../oracle/compare/judge-step.ts';
import { createPlay, type Play } from '../session/play/player.ts';
import type { Handed, StandIns } from '../session/play/stand-ins.ts';
import { assetsAtOnce } from './at-once.ts';
import { refuseEnded } from './companions.ts';
import { type JournalKeeper, keepJournal } from './journal-keeper.ts';
import { randomStream } from './random.ts';
import { replace } from './replace.ts';
import { leaveOut, sendStep } from './send-step.ts';
import { keepStores, type StoreKeeper } from './store-keeper.ts';
import type { TestBed } from './test-bed.ts';
import { startProcesses, stopProcesses, type TrialProcesses, wipe } from './trial-processes.ts';
import { isVaried, strangerAt } from './variant.ts';
import { MOST_TRIALS, visitorAddress } from './visitor-address.ts';
import { type Patience, timeFor, waitUntil } from './wait-until.ts';
import { warmUp } from './warm-up.ts';
import { whereTheyMeet } from './where-they-meet.ts';

/** What a trial showed, and what the session's author would complain of. */
export interface PlayedTrial {
  readonly observation: Observation;
  readonly complaints: readonly Complaint[];
  /** What its steps handed on to later ones, as it came: never recorded. */
  readonly handed: Handed;
}

/** A demand of the session's author that a reply did not meet, or a value that it did not hold. */
export interface Complaint {
  readonly step: number;
  readonly kind: 'expectation' | 'capture';
  readonly text: string;
}

export interface PlayTrialOptions {
  readonly session: Session;
  readonly sessionIndex: number;
  readonly schedule: Schedule;
  /** What reads are held against while they may still be stale; `null` for controls, which wait the whole bound. */
  readonly oracle: Oracle | null;
  /** How long each step may take to be answered, in milliseconds; by default the step timeout. */
  readonly deadlineMs?: number;
  /** How long steps that wait for something may take at most; by default as long as each of them says. */
  readonly patience?: Patience;
  /** Processes to play on, still running from the trial before; else fresh ones are started. They are left running. */
  readonly trialProcesses?: TrialProcesses;
  /** One of several visitors of one trial; by default a trial has one. */
  readonly visit?: Visit;
}

/** A visitor of a trial that several make on the same processes, one after the other. */
export interface Visit {
  readonly trial: number;
  /** From 0. */
  readonly visitor: number;
  readonly standIns?: StandIns | undefined;
}

/** Plays a session once under a schedule, on fresh processes, and stops them. Throws only if the first processes do not start. */
export async function playTrial(bed: TestBed, options: PlayTrialOptions): Promise<PlayedTrial> {
  const { session, sessionIndex, schedule, oracle } = options;
  bed.signal.throwIfAborted();
  const { trial, visitor, standIns } = options.visit ?? { trial: bed.nextTrial(), visitor: 0 };
  const at = bed.now().toISOString();
  const trialProcesses = options.trialProcesses ?? (await startProcesses(bed, schedule, trial));
  const { valueSeed } = bed.config;
  const random = randomStream(valueSeed, `trial ${trial}${visitor === 0 ? '' : `/${visitor}`}`);
  const address = visitorAddress(valueSeed + trial + visitor * MOST_TRIALS);
  const visiting = {
    session,
    random,
    origin: bed.router.origin,
    now: bed.now,
    stepTimeoutMs: options.deadlineMs ?? bed.config.stepTimeoutMs,
    address,
    signal: bed.signal,
    lengthenBy: schedule.variant.kind === 'longer' ? schedule.variant.by : 0,
    standIns,
    footing: schedule.footing,
  };
  const play = createPlay(visiting);
  try {
    if (schedule.variant.kind === 'equal-boot') {
      await warmUp(bed, trialProcesses, visiting);
      bed.equalBoot.release(trial);
    }
    if (oracle === null && isOnOneProcess(schedule)) refuseEnded(trialProcesses.companions);
    const keeper = await keepJournal(bed, trialProcesses, { booted: options.trialProcesses === undefined });
    const [exchanges, replays, complaints]: [Exchange[], Replay[], Complaint[]] = [[], [], []];
    const own = {
      schedule,
      get generated() {
        return redactValues(bed, { ...play.generated, address });
      },
    };
    const stores = await keepStores(bed, schedule);
    const playing = { trial, trialProcesses, play, own, keeper, stores, exchanges, replays, complaints };
    const broken = await playSteps(bed, { ...options, ...playing }).catch(unreachable);
    if (oracle === null && isOnOneProcess(schedule)) refuseEnded(trialProcesses.companions);
    if (schedule.axis === 'control') bed.traits.meetsIn ??= whereTheyMeet(bed, trialProcesses);
    bed.signal.throwIfAborted();
    const journal = keeper.journal();
    const observed = { exchanges, replays, generated: own.generated, journal, stores: await stores.journal(), broken };
    const observation: Observation = { trial, session: sessionIndex, schedule, at, ...observed };
    bed.record({ kind: 'observation', observation });
    return { observation, complaints, handed: play.handed() };
  } finally {
    await play.close();
    if (options.trialProcesses === undefined) await stopProcesses(bed, trialProcesses);
  }
}

interface Playing extends PlayTrialOptions {
  readonly trial: number;
  readonly trialProcesses: TrialProcesses;
  readonly play: Play;
  /** What is this play's own so far, as evidence has it. */
  readonly own: Pick<Observation, 'generated' | 'schedule'>;
  readonly keeper: JournalKeeper;
  readonly stores: StoreKeeper;
  readonly exchanges: Exchange[];
  readonly replays: Replay[];
  readonly complaints: Complaint[];
}

/** A worker that cannot be reached breaks a trial; everything else is passed on. */
function unreachable(error: unknown): string {
  if (error instanceof UserError && error.code === 'worker-unreachable') return error.message;
  throw error;
}

/** Plays all steps, adding to `exchanges`, `replays` and `complaints`. Says why, if it cannot be played to its end. */
async function playSteps(bed: TestBed, playing: Playing): Promise<string | null> {
  const { session, schedule, trialProcesses, play, own, keeper, stores, oracle, exchanges, replays, complaints } = playing;
  const comparison = oracle === null ? null : startComparison(oracle, own);
  const standing = new Set<string>();
  const ahead = new Map<number, ReturnType<typeof sendStep>>();
  for (const [step, slotIndex] of schedule.placement.entries()) {
    for (const restart of schedule.restarts) {
      if (restart.before !== step || restart.atOnce === true) continue;
      const failure = await restartOne(bed, playing, restart);
      if (failure !== null) return failure;
    }
    for (const one of schedule.wipes) if (one.before === step) await wipe(bed, trialProcesses, one);
    const slot = trialProcesses.slots.get(slotIndex);
    if (slot === undefined) throw new Error(`schedule names slot ${slotIndex}, which was not started`);
    const place = placeAt(schedule, step);
    const stranger = strangerAt(schedule, step);
    const [change, respell] = [isVaried(schedule, 'change', step), isVaried(schedule, 'respelled', step)];
    const send = (quiet: boolean) => sendStep(bed, { session, play, slot, step }, { stranger, quiet, change, respell, place });
    for (const earlier of schedule.footing) {
      if (earlier >= step || standing.has(`${place} ${earlier}`)) continue;
      standing.add(`${place} ${earlier}`);
      const { exchange } = await sendStep(bed, { session, play, slot, step: earlier }, { place });
      const replay = { before: step, exchange };
      replays.push(replay);
      comparison?.replayed(replay);
      await keeper.note(earlier, slot);
    }
    standing.add(`${place} ${step}`);
    if (isVaried(schedule, 'twice', step)) await send(false);
    for (const other of ahead.has(step) ? [] : assetsAtOnce(playing, step, slot.worker !== null)) {
      const sending = sendStep(bed, { session, play, slot, step: other }, { place });
      ahead.set(other, sending);
      // Heard in its turn, unless the trial ends before.
      sending.catch(() => {});
    }
    let { sent, exchange } = isLeftOut(schedule, step)
      ? leaveOut(bed, { step, visitor: session.steps[step]?.visitor ?? 0, play, slot })
      : await (ahead.get(step) ?? send(false));
    const until = isLeftOut(schedule, step) ? null : (session.steps[step]?.until ?? null);
    if (until !== null) {
      const withinMs = timeFor(until, playing.patience);
      ({ sent, exchange } = await waitUntil(until, { sent, exchange }, { again: () => send(false), withinMs, signal: bed.signal }));
    }
    bed.signal.throwIfAborted();
    // Work that the step has begun is cut short, so nothing is looked at before.
    for (const restart of schedule.restarts) {
      if (restart.before !== step + 1 || restart.atOnce !== true) continue;
      const failure = await restartOne(bed, playing, restart);
      if (failure !== null) return failure;
    }
    const bound = stalenessBound(bed, exchange, oracle);
    const settled = () => comparison !== null && comparison.peek(exchange).kind !== 'different';
    for (let waited = 0, tries = 1; waited < bound && !settled(); tries++) {
      const pause = comparison === null ? bound : Math.min(bound - waited, 50 * 2 ** tries);
      await wait(pause, undefined, { signal: bed.signal });
      waited += pause;
      ({ exchange } = await send(true));
      if (exchange.reply.outcome === 'answered') exchange = { ...exchange, reply: { ...exchange.reply, tries: tries + 1 } };
    }
    comparison?.accept(exchange);
    await keeper.note(step, slot);
    await stores.note(step, sent);
    exchanges.push(exchange);
    complaints.push(
      ...bed.redactor.heard(sent.failedExpectations).map((text): Complaint => ({ step, kind: 'expectation', text })),
      ...sent.missing.map((text): Complaint => ({ step, kind: 'capture', text })),
    );
  }
  return null;
}

/** Restarts what a schedule names, in the midst of a play. Says why, if it does not start again. */
async function restartOne(
  bed: TestBed,
  { schedule, trial, trialProcesses, play, keeper }: Playing,
  restart: Restart,
): Promise<string | null> {
  const isEqualBoot = schedule.variant.kind === 'equal-boot';
  if (isEqualBoot) bed.equalBoot.hold(trial);
  // Who is asked to stop may wait for its streams.
  if (!restart.pauseOnly) play.hangUp();
  const failure = await replace(bed, trialProcesses, restart);
  if (failure !== null) return failure;
  if (isEqualBoot) bed.equalBoot.release(trial);
  const successor = trialProcesses.slots.get(restart.slot);
  if (successor !== undefined && restart.type === undefined) await keeper.note(null, successor);
  return null;
}

/** How long this read may keep an old answer, in milliseconds: as declared by the user or, if short, by this reply and the expected one. */
function stalenessBound(bed: TestBed, { step, request, reply }: Exchange, oracle: Oracle | null): number {
  if (reply.outcome !== 'answered' || !isRead(request.method)) return 0;
  const declared = Math.min(freshnessOf(reply), oracle?.steps[step]?.freshness ?? Number.POSITIVE_INFINITY);
  const own = declared <= MAX_AWAITED_FRESHNESS_S ? declared * 1000 : 0;
  const bound = Math.max(bed.config.stalenessMs, own);
  return bound === 0 ? 0 : bound + 50;
}

function redactValues(bed: TestBed, values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, bed.redactor.text(value)]));
}
