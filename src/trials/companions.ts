import { UserError } from '../errors.ts';
import type { Schedule } from '../model/schedule.ts';
import { type Disk, describeExit, type Exit } from '../supervisor/hosts/host.ts';
import type { Process } from '../supervisor/process.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import type { Slot } from './slot.ts';
import type { TestBed } from './test-bed.ts';

/** A process of another type than `web`, in one trial. */
export interface Companion {
  readonly type: string;
  readonly supervisor: Supervisor;
  readonly slot: Slot;
  /** How it has ended although nobody asked it to; `null`: it has not. */
  ended(): Exit | null;
  /** Takes a process for its own, whose end is watched from then on. */
  take(process: Process): void;
  /** Its end is asked for: it is no longer watched. */
  release(): void;
}

/** Starts the processes of all types that are asked nothing. `beside`: the disk that they share where they have none of their own. */
export async function startCompanions(
  bed: TestBed,
  { companions: where, extra }: Schedule,
  { beside, disks, hostname }: { beside: Disk; disks: Disk[]; hostname: string | null },
): Promise<Companion[]> {
  const wanted = bed.companions.flatMap(({ type, supervisor }) =>
    Array.from({ length: type.count + (extra === type.name ? 1 : 0) }, (_, index) => ({ type, supervisor, number: index + 1 })),
  );
  return Promise.all(
    wanted.map(async ({ type, supervisor, number }) => {
      const disk = where === 'apart' ? await bed.host.createDisk({ hostname }) : beside;
      if (where === 'apart') disks.push(disk);
      const process = await supervisor.start(`${type.name}.${number}`, { disk, serves: false });
      return companion(type.name, supervisor, { process, life: 0, env: {}, disk, ready: null, worker: null });
    }),
  );
}

function companion(type: string, supervisor: Supervisor, slot: Slot): Companion {
  let exit: Exit | null = null;
  let watched: Process | null = null;
  const one: Companion = {
    type,
    supervisor,
    slot,
    ended: () => exit,
    take(process) {
      watched = process;
      slot.process = process;
      void process.fellSilent.then((how) => {
        if (watched === process) exit = how;
      });
    },
    release() {
      watched = null;
    },
  };
  one.take(slot.process);
  return one;
}

/** Throws a UserError if one of them has failed although nobody asked it to end: nothing can be learned from a play then. */
export function refuseEnded(companions: readonly Companion[]): void {
  for (const { slot, type, ended } of companions) {
    const exit = ended();
    // What serves nothing may have done its work.
    if (exit === null || exit.code === 0) continue;
    throw new UserError(
      'process-ended',
      `${slot.process.name} ${describeExit(exit)} while the session was played with everything as it should be`,
      `Look at its last lines. An audit that is to do without it: --formation ${type}=0. What is to run once before all others belongs in release, or in --prepare.`,
      { details: slot.process.output().slice(-20) },
    );
  }
}
