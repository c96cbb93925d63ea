import type { Journal, JournalEntry } from '../model/journal.ts';
import type { Disk } from '../supervisor/hosts/host.ts';
import { type Entry, NOTHING, newSince, type Snapshot } from '../supervisor/hosts/snapshot.ts';
import { kindOf } from './kind.ts';
import type { Slot } from './slot.ts';
import type { TestBed } from './test-bed.ts';
import { nameOf, type TrialProcesses } from './trial-processes.ts';

/** Changes listed of one trial, and of one look at a disk. */
const MAX_ENTRIES = 500;
const MAX_AT_ONCE = 100;

/** Keeps the journal of a trial: what each look at the disks of its processes finds to have changed since the look before. */
export interface JournalKeeper {
  /** Looks at all disks. `serving`: the process whose boot or step has just ended. */
  note(step: number | null, serving: Slot): Promise<void>;
  /** `null` where the host cannot tell. */
  journal(): Journal | null;
}

/** `booted`: the processes have just been started, so that what is there was written by their boots. */
export async function keepJournal(
  bed: TestBed,
  trialProcesses: TrialProcesses,
  { booted }: { booted: boolean },
): Promise<JournalKeeper> {
  const { host, redactor } = bed;
  const { cwd } = bed.config.app;
  if (!host.ownDisks) return { note: async () => {}, journal: () => null };
  const seen = new Map<Disk, Snapshot>();
  const entries: JournalEntry[] = [];
  let truncated = false;

  const look = async (disk: Disk): Promise<(readonly [string, Entry])[]> => {
    const now = await disk.snapshot();
    const changes = newSince(seen.get(disk) ?? NOTHING, now);
    seen.set(disk, now);
    truncated ||= now.truncated || changes.length > MAX_AT_ONCE;
    return changes.slice(0, MAX_AT_ONCE);
  };
  const note = async (step: number | null, serving: Slot) => {
    for (const [disk, by] of disksOf(trialProcesses, serving)) {
      for (const [path, entry] of await look(disk)) {
        if (entries.length >= MAX_ENTRIES) truncated = true;
        else
          entries.push({
            step,
            by,
            path: redactor.path(path),
            kind: kindOf(path, cwd),
            change: entry.state,
            bytes: entry.bytes,
          });
      }
    }
  };
  const slots = [...trialProcesses.slots.values()];
  if (booted) for (const slot of new Map(slots.map((slot) => [slot.disk, slot])).values()) await note(null, slot);
  else for (const disk of disksOf(trialProcesses, null).keys()) seen.set(disk, await disk.snapshot());
  return { note, journal: () => ({ entries, truncated }) };
}

/** Every disk, and who is taken for the writer: the process that serves, but for disks that only processes have which are asked nothing. */
function disksOf({ slots, companions }: TrialProcesses, serving: Slot | null): Map<Disk, string> {
  const own = [...slots.values()].map(({ disk }) => [disk, serving === null ? '' : nameOf(serving)] as const);
  return new Map([...companions.map(({ slot }) => [slot.disk, nameOf(slot)] as const), ...own]);
}
