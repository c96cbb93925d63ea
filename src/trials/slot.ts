import type { Checkpoint } from '../supervisor/hosts/checkpoint.ts';
import type { Disk } from '../supervisor/hosts/host.ts';
import type { Process } from '../supervisor/process.ts';

/** Where one process of a trial stands, and after a restart another. */
export interface Slot {
  process: Process;
  /** How often it was replaced in this trial. */
  life: number;
  env: Readonly<Record<string, string>>;
  /** What the process sees: its own, or one that it shares. */
  disk: Disk;
  /** What was on its disk when it was ready; `null` where nothing is wiped. */
  ready: Checkpoint | null;
  /** Where the process consists of several that answer: the one that is to, as its place among them (0-based) and all their ids. */
  worker: { readonly place: number; readonly pids: readonly number[] } | null;
}
