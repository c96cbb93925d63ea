import { setTimeout as wait } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import { type Restart, type Schedule, slotName } from '../model/schedule.ts';
import type { Target } from '../router/policies.ts';
import type { Disk } from '../supervisor/hosts/host.ts';
import type { Process } from '../supervisor/process.ts';
import { isAlive } from '../supervisor/stop.ts';
import type { Stage } from './stage.ts';
import { connectToWorker } from './worker-connection.ts';

/** The processes of a trial, by slot, and their disk. */
export interface Cast {
  readonly slots: ReadonlyMap<number, Slot>;
  /** What all of them see. */
  readonly disk: Disk;
}

export interface Slot {
  process: Process;
  /** How often it was replaced in this trial. */
  life: number;
  env: Readonly<Record<string, string>>;
  /** Where the process consists of several that answer: the one that is to, as its place among them (0-based) and all their ids. */
  worker: { readonly place: number; readonly pids: readonly number[] } | null;
}

/** Name of what answers in a slot: `web.1`, after a restart `web.1'`, its second worker `web.1/2`. */
export function nameOf({ process, life, worker }: Slot): string {
  return `${process.name}${"'".repeat(life)}${worker === null ? '' : `/${worker.place + 1}`}`;
}

/** Starts the processes that a schedule needs side by side: the first, and those that serve a step. */
export async function gather(stage: Stage, schedule: Schedule, trial: number): Promise<Cast> {
  const own = { ...process.env, ...stage.config.app.env };
  const env = schedule.variant.kind === 'equal-boot' ? stage.equalBoot.env(`trial-${trial}`, own) : {};
  const isShared = schedule.formation === 'workers';
  const needed = [...new Set([0, ...schedule.placement, ...schedule.restarts.map(({ slot }) => slot)])];
  const disk = await stage.host.createDisk({ hostname: null });
  const start = (slot: number) => stage.supervisor.start(slotName(slot), { disk, env });
  const processes = await startAll(isShared ? [0] : needed, { start, inTurn: stage.traits.writesAtBoot }).catch(async (error) => {
    await dismiss(stage, { disk });
    throw error;
  });
  await settle(stage);
  const slots = await Promise.all(
    needed.map(async (slot, index): Promise<readonly [number, Slot]> => {
      const one = processes[isShared ? 0 : index];
      if (one === undefined) throw new Error(`no process for slot ${slot}`);
      return [slot, { process: one, life: 0, env, worker: await workerOf(stage, one, isShared ? slot : 0) }];
    }),
  );
  return { slots: new Map(slots), disk };
}

async function startAll(
  slots: readonly number[],
  { start, inTurn }: { start: (slot: number) => Promise<Process>; inTurn: boolean },
): Promise<Process[]> {
  if (!inTurn) return Promise.all(slots.map(start));
  const started: Process[] = [];
  for (const slot of slots) started.push(await start(slot));
  return started;
}

/** Ends the processes of a trial and removes its disk. */
export async function dismiss({ supervisor }: Stage, { disk }: Pick<Cast, 'disk'>): Promise<void> {
  await supervisor.stopAll();
  await disk.dispose();
}

async function settle({ traits, signal }: Stage): Promise<void> {
  if (traits.settleMs > 0) await wait(traits.settleMs, undefined, { signal });
}

/** Workers may get ready later than the first of them: all are waited for. */
async function workerOf({ traits, config, signal }: Stage, process: Process, place: number): Promise<Slot['worker']> {
  if (traits.workers === 1) return null;
  const { timeoutMs } = config.app.readiness;
  const began = performance.now();
  for (let pause = 5; ; pause *= 2) {
    const found = await process.workers();
    if (found.kind === 'several' && found.pids.length >= traits.workers) return { place, pids: found.pids };
    if (performance.now() - began > timeoutMs)
      throw new UserError(
        'worker-unreachable',
        `${process.name} answers with fewer than the ${traits.workers} processes that it had before`,
        'Run the app with one worker: that is what the router multiplies.',
        { details: process.output().slice(-10) },
      );
    await wait(Math.min(500, pause), undefined, { signal });
  }
}

/** Whom the router is to send the next request to. Throws a UserError if the worker that is to answer cannot be reached. */
export async function targetOf(stage: Stage, slot: Slot): Promise<Target> {
  const { name, origin } = slot.process;
  // Its parent puts another in a worker's place when it has died.
  if (slot.worker !== null && !isAlive(slot.worker.pids[slot.worker.place]))
    slot.worker = await workerOf(stage, slot.process, slot.worker.place);
  return slot.worker === null ? { name, origin } : { name, origin, connection: await connectToWorker(slot.process, slot.worker) };
}

/** Puts a successor in a process's place, or waits as long as that takes. Says why, if the successor does not start. */
export async function replace(stage: Stage, cast: Cast, restart: Restart): Promise<string | null> {
  const slot = cast.slots.get(restart.slot);
  if (slot === undefined) throw new Error(`no process in slot ${restart.slot} to restart`);
  if (restart.pauseOnly) {
    await wait(slot.process.bootMs, undefined, { signal: stage.signal });
    await settle(stage);
    return null;
  }
  await slot.process.stop(restart.mode === 'crash' ? 'kill' : 'ask');
  if (restart.mode === 'config') slot.env = { ...slot.env, ...stage.config.changedEnv };
  try {
    slot.process = await stage.supervisor.start(slot.process.name, { disk: cast.disk, env: slot.env });
    slot.life++;
    await settle(stage);
    slot.worker = await workerOf(stage, slot.process, slot.worker?.place ?? 0);
    return null;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `${slot.process.name} did not start again after a ${restart.mode}: ${error.message}`;
  }
}
