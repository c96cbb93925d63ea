import { setTimeout as wait } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import { type Exchange, header, type Observation } from '../model/observation.ts';
import { type Restart, type Schedule, slotName } from '../model/schedule.ts';
import type { Session } from '../model/session.ts';
import { MAX_AWAITED_FRESHNESS_S, maxAge, type Oracle, startComparison } from '../oracle/oracle.ts';
import { fixedPolicy } from '../router/policies.ts';
import { createPlay, type Play } from '../session/player.ts';
import type { Process } from '../supervisor/process.ts';
import { explainSilence } from './silence.ts';
import type { Stage } from './stage.ts';

/** What a trial showed, and what the session's author would complain of. */
export interface Conducted {
  readonly observation: Observation;
  readonly complaints: readonly Complaint[];
}

/** A demand of the session's author that a reply did not meet, or a value that it did not hold. */
export interface Complaint {
  readonly step: number;
  readonly kind: 'expectation' | 'capture';
  readonly text: string;
}

export interface ConductOptions {
  readonly session: Session;
  readonly sessionIndex: number;
  readonly schedule: Schedule;
  /** What reads are held against while they may still be stale; `null` for controls, which wait the whole bound. */
  readonly oracle: Oracle | null;
  /** How long each step may take to be answered, in milliseconds; by default the step timeout. */
  readonly deadlineMs?: number;
  /** Processes to play on, still running from the trial before; else fresh ones are started. They are left running. */
  readonly cast?: Cast;
}

/** The processes of a trial, by slot. */
export interface Cast {
  readonly slots: Slot[];
}

interface Slot {
  process: Process;
  /** How often it was replaced in this trial. */
  life: number;
  env: Readonly<Record<string, string>>;
}

/** Starts the processes that a schedule needs side by side. */
export async function gather(stage: Stage, schedule: Schedule, trial: number): Promise<Cast> {
  const own = { ...process.env, ...stage.config.app.env };
  const env = schedule.variant.kind === 'equal-boot' ? stage.equalBoot.env(`trial-${trial}`, own) : {};
  const names = Array.from({ length: schedule.processes }, (_, slot) => slotName(slot));
  const processes = await Promise.all(names.map((name) => stage.supervisor.start(name, { env })));
  return { slots: processes.map((process) => ({ process, life: 0, env })) };
}

/** Plays a session once under a schedule, on fresh processes, and stops them. Throws only if the first processes do not start. */
export async function conduct(stage: Stage, options: ConductOptions): Promise<Conducted> {
  const { session, sessionIndex, schedule } = options;
  stage.signal.throwIfAborted();
  const trial = stage.nextTrial();
  const at = stage.now().toISOString();
  const cast = options.cast ?? (await gather(stage, schedule, trial));
  const random = stage.random(`trial ${trial}`);
  const play = createPlay({
    session,
    random,
    origin: stage.router.origin,
    now: stage.now,
    stepTimeoutMs: options.deadlineMs ?? stage.config.stepTimeoutMs,
    address: visitorAddress(trial),
    signal: stage.signal,
  });
  try {
    const { exchanges, complaints, broken } = await playSteps(stage, { ...options, cast, play });
    stage.signal.throwIfAborted();
    const generated = redactValues(stage, { ...play.generated, address: visitorAddress(trial) });
    const observation: Observation = { trial, session: sessionIndex, schedule, at, exchanges, generated, broken };
    stage.record({ kind: 'observation', observation });
    return { observation, complaints };
  } finally {
    await play.close();
    if (options.cast === undefined) await stage.supervisor.stopAll();
  }
}

interface Playing extends ConductOptions {
  readonly cast: Cast;
  readonly play: Play;
}

async function playSteps(
  stage: Stage,
  playing: Playing,
): Promise<{ exchanges: Exchange[]; complaints: Complaint[]; broken: string | null }> {
  const { schedule, cast, play, oracle } = playing;
  const exchanges: Exchange[] = [];
  const complaints: Complaint[] = [];
  const generated = () => redactValues(stage, play.generated);
  const comparison =
    oracle === null
      ? null
      : startComparison(oracle, {
          get generated() {
            return generated();
          },
        });
  for (const [step, slotIndex] of schedule.placement.entries()) {
    for (const restart of schedule.restarts) {
      const failure = restart.before === step ? await replace(stage, cast, restart) : null;
      if (failure !== null) return { exchanges, complaints, broken: failure };
    }
    const slot = cast.slots[slotIndex];
    if (slot === undefined)
      throw new Error(`schedule names slot ${slotIndex}, but only ${cast.slots.length} processes were started`);
    stage.router.setPolicy(fixedPolicy(() => ({ name: slot.process.name, origin: slot.process.origin })));
    const stranger = schedule.variant.kind === 'stranger' && schedule.variant.step === step;
    const send = async (quiet: boolean) => {
      const sent = await play.send(step, { stranger, quiet });
      const by = `${slot.process.name}${"'".repeat(slot.life)}`;
      const reply = await explainSilence(sent.reply, slot.process);
      return { sent, exchange: stage.redactor.exchange({ step, by, request: sent.request, reply }) };
    };
    let { sent, exchange } = await send(false);
    stage.signal.throwIfAborted();
    const bound = stalenessBound(stage, exchange);
    const settled = () => comparison !== null && comparison.peek(exchange).kind !== 'different';
    for (let waited = 0, tries = 1; waited < bound && !settled(); tries++) {
      const pause = comparison === null ? bound : Math.min(bound - waited, 50 * 2 ** tries);
      await wait(pause, undefined, { signal: stage.signal });
      waited += pause;
      ({ exchange } = await send(true));
      if (exchange.reply.outcome === 'answered') exchange = { ...exchange, reply: { ...exchange.reply, tries: tries + 1 } };
    }
    comparison?.accept(exchange);
    exchanges.push(exchange);
    complaints.push(
      ...sent.failedExpectations.map((text): Complaint => ({ step, kind: 'expectation', text })),
      ...sent.missing.map((text): Complaint => ({ step, kind: 'capture', text })),
    );
  }
  return { exchanges, complaints, broken: null };
}

/** How long this read may keep an old answer, in milliseconds: as declared by the user or, if short, by the reply itself. */
function stalenessBound(stage: Stage, { request, reply }: Exchange): number {
  if (reply.outcome !== 'answered' || (request.method !== 'GET' && request.method !== 'HEAD')) return 0;
  const declared = maxAge(header(reply.headers, 'cache-control') ?? '');
  const own = declared <= MAX_AWAITED_FRESHNESS_S ? declared * 1000 : 0;
  const bound = Math.max(stage.config.stalenessMs, own);
  return bound === 0 ? 0 : bound + 50;
}

/** Puts a successor in a process's place, or waits as long as that takes. Says why, if the successor does not start. */
async function replace(stage: Stage, cast: Cast, restart: Restart): Promise<string | null> {
  const slot = cast.slots[restart.slot];
  if (slot === undefined) throw new Error(`no process in slot ${restart.slot} to restart`);
  if (restart.pauseOnly) {
    await wait(slot.process.bootMs, undefined, { signal: stage.signal });
    return null;
  }
  await slot.process.stop(restart.mode === 'crash' ? 'kill' : 'ask');
  if (restart.mode === 'config') slot.env = { ...slot.env, ...stage.config.changedEnv };
  try {
    slot.process = await stage.supervisor.start(slot.process.name, { env: slot.env });
    slot.life++;
    return null;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `${slot.process.name} did not start again after a ${restart.mode}: ${error.message}`;
  }
}

/** A visitor's own address in the range set aside for benchmarks (RFC 2544), so that limits by address do not add up over trials. */
function visitorAddress(trial: number): string {
  return `198.${18 + ((trial >> 16) & 1)}.${(trial >> 8) & 255}.${trial & 255}`;
}

function redactValues(stage: Stage, values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, stage.redactor.text(value)]));
}
