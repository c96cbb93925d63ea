import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import treeKill from 'tree-kill';
import { type Brand, brandedProcesses } from './brand.ts';
import { livingMembers, markedProcesses } from './marks.ts';
import { hasProgram } from './program.ts';

const killTree = promisify<number, string>(treeKill);
const FIRST_LOOK_MS = 2;
const LAST_LOOK_MS = 50;
/** How long a killed process may take to vanish; longer only in an uninterruptible wait of the system. */
const VANISH_MS = 5_000;
/** Time to end what is left at the end of a run. */
const LEFTOVERS_MS = 2_000;

export interface StopOptions {
  /** Leader of the process group. */
  readonly group: number;
  /** Variable and value that the tree's processes were started with. */
  readonly mark: readonly [name: string, value: string];
  /** What they inherit and cannot shed; `null`: nothing. */
  readonly brand: Brand | null;
  /** Time between SIGTERM and SIGKILL, in milliseconds; 0: SIGKILL at once. */
  readonly graceMs: number;
}

/** Ends a process tree: asks, waits, insists and confirms. Whether it obeyed. */
export async function stopTree({ group, mark: [name, value], brand, graceMs }: StopOptions): Promise<boolean> {
  let obeyed = false;
  if (graceMs > 0) {
    signalGroup(group, 'SIGTERM');
    obeyed = await groupGone(group, graceMs);
  }
  if (!obeyed) {
    // Descendants in other groups can only be found through their parents, so before those die; looking takes time, in which nothing may go on.
    signalGroup(group, 'SIGSTOP');
    if (isAlive(group) && canWalkTree()) await killTree(group, 'SIGKILL').catch(() => {});
    signalGroup(group, 'SIGKILL');
    await groupGone(group, VANISH_MS);
  }
  for (let round = 0; round < 3; round++) {
    const escaped = [...markedProcesses(name, value), ...(brand === null ? [] : brandedProcesses(brand))];
    if (escaped.length === 0) break;
    for (const pid of escaped) signalOne(pid, 'SIGKILL');
    if (round > 0) await wait(LAST_LOOK_MS);
  }
  return obeyed;
}

/** Ends processes by SIGKILL, looking again for as long as it finds any, and at most for 2 s. Those that are still alive then. */
export async function endAll(find: () => number[]): Promise<number[]> {
  const began = performance.now();
  for (;;) {
    const found = find();
    if (found.length === 0 || performance.now() - began > LEFTOVERS_MS) return found;
    for (const pid of found) signalOne(pid, 'SIGKILL');
    await wait(LAST_LOOK_MS);
  }
}

/**
 * Whether every member of a process group has ended within a time. The dead whom nobody has buried yet (their new parent, in
 * a container without an init, may never do it) count as ended.
 */
async function groupGone(group: number, withinMs: number): Promise<boolean> {
  const began = performance.now();
  for (let pause = FIRST_LOOK_MS; ; pause = Math.min(LAST_LOOK_MS, pause * 1.5)) {
    if (!signalGroup(group, 0)) return true;
    if (!isAlive(group) && livingMembers(group) === 0) return true;
    const left = withinMs - (performance.now() - began);
    if (left <= 0) return false;
    await wait(Math.min(pause, left));
  }
}

/** Whether there is a process of this id. */
export function isAlive(pid: number | undefined): boolean {
  return pid !== undefined && signalOne(pid, 0);
}

function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  return signalOne(-group, signal);
}

/** False if there is no such process (or group) any more. */
function signalOne(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

let walkable: boolean | undefined;

/** tree-kill needs `ps` (Linux) or `pgrep` (macOS), and brings us down where it is missing. */
function canWalkTree(): boolean {
  walkable ??= hasProgram(process.platform === 'darwin' ? 'pgrep' : 'ps');
  return walkable;
}
