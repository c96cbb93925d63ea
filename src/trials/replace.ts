import { setTimeout as wait } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import { RESTARTS, type Restart, type RestartMode } from '../model/schedule.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { otherHostname } from './hostname.ts';
import type { Slot } from './slot.ts';
import type { TestBed } from './test-bed.ts';
import { settle, type TrialProcesses, workerOf } from './trial-processes.ts';

const NAMES: Readonly<Record<RestartMode, string>> = {
  deploy: 'deploy',
  crash: 'crash',
  config: 'config change',
  relocate: 'relocation',
  memory: 'crash and a config change',
  everything: 'crash, a relocation and a config change',
};

/** Puts a successor in a process's place, or waits as long as that takes. Says why, if the successor does not start. */
export async function replace(bed: TestBed, trialProcesses: TrialProcesses, restart: Restart): Promise<string | null> {
  if (restart.idleMs !== undefined) await wait(restart.idleMs, undefined, { signal: bed.signal });
  if (restart.type !== undefined) return replaceCompanions(bed, trialProcesses, restart, restart.type);
  const slot = trialProcesses.slots.get(restart.slot);
  if (slot === undefined) throw new Error(`no process in slot ${restart.slot} to restart`);
  if (restart.pauseOnly) {
    await wait(slot.process.bootMs, undefined, { signal: bed.signal });
    await settle(bed);
    return null;
  }
  const failure = await succeed(bed, trialProcesses, { slot, mode: restart.mode, supervisor: bed.supervisor });
  if (failure !== null) return failure;
  await settle(bed);
  try {
    slot.worker = await workerOf(bed, slot.process, slot.worker?.place ?? 0);
    return null;
  } catch (error) {
    return failureOf(error, slot, restart.mode);
  }
}

/** Restarts all processes of a type that is asked nothing. */
async function replaceCompanions(
  bed: TestBed,
  trialProcesses: TrialProcesses,
  { mode, pauseOnly }: Restart,
  type: string,
): Promise<string | null> {
  const own = trialProcesses.companions.filter((one) => one.type === type);
  if (pauseOnly) {
    await wait(Math.max(0, ...own.map(({ slot }) => slot.process.bootMs)), undefined, { signal: bed.signal });
    return null;
  }
  const failures = await Promise.all(
    own.map(async (one) => {
      one.release();
      const failure = await succeed(bed, trialProcesses, { slot: one.slot, mode, supervisor: one.supervisor, serves: false });
      if (failure === null) one.take(one.slot.process);
      return failure;
    }),
  );
  return failures.find((failure) => failure !== null) ?? null;
}

interface Succession {
  readonly slot: Slot;
  readonly mode: RestartMode;
  readonly supervisor: Supervisor;
  readonly serves?: boolean;
}

/** Ends a process and starts another in its place. Says why, if that does not start. */
async function succeed(
  bed: TestBed,
  { disks }: TrialProcesses,
  { slot, mode, supervisor, serves = true }: Succession,
): Promise<string | null> {
  const { kills, reconfigures, moves } = RESTARTS[mode];
  await slot.process.stop(kills ? 'kill' : 'ask');
  if (reconfigures) slot.env = { ...slot.env, ...bed.config.changedEnv };
  try {
    if (moves) {
      slot.disk = await bed.host.createDisk({ hostname: otherHostname(slot.life) });
      disks.push(slot.disk);
    }
    slot.process = await supervisor.start(slot.process.name, { disk: slot.disk, env: slot.env, serves });
    slot.life++;
    return null;
  } catch (error) {
    return failureOf(error, slot, mode);
  }
}

function failureOf(error: unknown, { process }: Slot, mode: RestartMode): string {
  if (!(error instanceof UserError)) throw error;
  return `${process.name} did not start again after a ${NAMES[mode]}: ${error.message}`;
}
