import { setTimeout as wait } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import type { FileKind } from '../model/journal.ts';
import { type Schedule, slotName, type Wipe } from '../model/schedule.ts';
import type { Target } from '../router/policies.ts';
import type { Disk, DiskOptions } from '../supervisor/hosts/host.ts';
import type { Process } from '../supervisor/process.ts';
import { isAlive } from '../supervisor/stop.ts';
import { type Companion, startCompanions } from './companions.ts';
import { otherHostname } from './hostname.ts';
import { kindOf } from './kind.ts';
import type { Slot } from './slot.ts';
import { startsClean, type TestBed } from './test-bed.ts';
import { connectToWorker } from './worker-connection.ts';

/** The processes of a trial, by slot. */
export interface TrialProcesses {
  readonly slots: ReadonlyMap<number, Slot>;
  /** Those of the types that are asked nothing. */
  readonly companions: readonly Companion[];
  /** Every disk that was made for it. */
  readonly disks: Disk[];
}

/** Name of what answers in a slot: `web.1`, after a restart `web.1'`, its second worker `web.1/2`. */
export function nameOf({ process, life, worker }: Slot): string {
  return `${process.name}${"'".repeat(life)}${worker === null ? '' : `/${worker.place + 1}`}`;
}

/** Starts the processes that stand side by side in a schedule, those that serve nothing as well, and waits until those of the trial before have left. */
export async function startProcesses(bed: TestBed, schedule: Schedule, trial: number): Promise<TrialProcesses> {
  const given = { ...process.env, ...bed.config.app.env };
  const env = schedule.variant.kind === 'equal-boot' ? bed.equalBoot.env(trial, given) : {};
  const isShared = schedule.formation !== 'processes';
  const needed = Array.from({ length: schedule.processes }, (_, slot) => slot);
  await resetServices(bed);
  const disks: Disk[] = [];
  const own = schedule.disks === 'own';
  try {
    disks.push(
      ...(await createDisks(bed, own ? needed.length : 1, {
        hostname: hostnameFor(schedule, trial),
        frozen: schedule.variant.kind === 'read-only',
      })),
    );
    const diskOf = (slot: number): Disk => {
      const disk = disks[own ? needed.indexOf(slot) : 0];
      if (disk === undefined) throw new Error(`no disk for slot ${slot}`);
      return disk;
    };
    const start = (slot: number) => bed.supervisor.start(slotName(slot), { disk: diskOf(slot), env });
    const processes = await startAll(isShared ? [0] : needed, { start, inTurn: bed.traits.writesAtBoot && !own });
    const companions = await startCompanions(bed, schedule, {
      beside: diskOf(needed[0] ?? 0),
      disks,
      hostname: hostnameFor(schedule, trial),
    });
    await settle(bed);
    const slots = await Promise.all(
      needed.map(async (slot, index): Promise<readonly [number, Slot]> => {
        const one = processes[isShared ? 0 : index];
        if (one === undefined) throw new Error(`no process for slot ${slot}`);
        const disk = diskOf(slot);
        const ready = schedule.wipes.some((wipe) => wipe.slot === slot) ? await disk.checkpoint() : null;
        return [
          slot,
          {
            process: one,
            life: 0,
            env,
            disk,
            ready,
            worker: await workerOf(bed, one, schedule.formation === 'workers' ? slot : 0),
          },
        ];
      }),
    );
    await bed.leavers.over();
    return { slots: new Map(slots), companions, disks };
  } catch (error) {
    await Promise.all([bed, ...bed.companions].map(({ supervisor }) => supervisor.stopAll()));
    await Promise.all(disks.map((disk) => disk.dispose()));
    throw error;
  }
}

/** Empties the services, once nobody of the trial before can write to them any more. */
export async function resetServices(bed: TestBed): Promise<void> {
  const { services, leavers } = bed;
  if (!startsClean(bed)) return;
  await leavers.over();
  await Promise.all(services.map((service) => service.reset()));
}

/** Every control after the first is played on a machine of another name, so that what a reply says of its machine is known for it. */
function hostnameFor({ axis, variant }: Schedule, trial: number): string | null {
  return axis === 'control' && variant.kind === 'plain' && trial > 1 ? otherHostname(trial) : null;
}

async function createDisks({ host }: TestBed, count: number, options: DiskOptions): Promise<Disk[]> {
  const made = await Promise.allSettled(Array.from({ length: count }, () => host.createDisk(options)));
  const disks = made.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = made.find((one) => one.status === 'rejected');
  if (failed === undefined) return disks;
  await Promise.all(disks.map((disk) => disk.dispose()));
  throw failed.reason;
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

/**
 * Ends the processes of a trial and removes its disks; while the next trial's boot, where neither a file nor the mere presence of
 * another process can disturb those. No process of one trial lives while the next one is played: it might take work from a shared queue.
 */
export async function stopProcesses(
  { host, traits, leavers }: TestBed,
  { slots, companions, disks }: TrialProcesses,
): Promise<void> {
  for (const one of companions) one.release();
  const leave = async () => {
    const all = [...slots.values(), ...companions.map(({ slot }) => slot)];
    await Promise.all([...new Set(all.map((slot) => slot.process))].map((process) => process.leave()));
    await Promise.all(disks.map((disk) => disk.dispose()));
  };
  if (host.ownDisks && traits.standsBeside) leavers.add(leave());
  else await leave();
}

/** Caches may be known to the memory of the process, with which they would be lost; nobody reads logs and locks. */
const MEANT_TO_STAY: readonly FileKind[] = ['cache', 'log', 'lock'];

/** Takes from a process what it has written since it was ready, but for caches, logs and locks. */
export async function wipe({ config }: TestBed, trialProcesses: TrialProcesses, { slot: index }: Wipe): Promise<void> {
  const slot = trialProcesses.slots.get(index);
  if (slot === undefined || slot.ready === null) throw new Error(`nothing to wipe in slot ${index}`);
  await slot.disk.revert(slot.ready, { unless: (path) => MEANT_TO_STAY.includes(kindOf(path, config.app.cwd)) });
}

/** Gives processes the time that they need before they answer as they always will. */
export async function settle({ traits, signal }: TestBed): Promise<void> {
  if (traits.settleMs > 0) await wait(traits.settleMs, undefined, { signal });
}

/** Workers may get ready later than the first of them: all are waited for. */
export async function workerOf({ traits, config, signal }: TestBed, process: Process, place: number): Promise<Slot['worker']> {
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
export async function targetOf(bed: TestBed, slot: Slot): Promise<Target> {
  const { name, origin } = slot.process;
  // Its parent puts another in a worker's place when it has died.
  if (slot.worker !== null && !isAlive(slot.worker.pids[slot.worker.place]))
    slot.worker = await workerOf(bed, slot.process, slot.worker.place);
  return slot.worker === null ? { name, origin } : { name, origin, connection: await connectToWorker(slot.process, slot.worker) };
}
