import { readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICE_NAMES } from '../model/service.ts';
import { removeFolder } from './hosts/remove.ts';
import { ROOMS } from './hosts/rooms.ts';
import { isAlive } from './stop.ts';

/** Folders of audits. */
const OURS = new RegExp(`^share-nothing-(boot|disks|copies|${SERVICE_NAMES.join('|')})-`);
const OWNER = '.owner';

/** Who made a folder: a process id means something only on one machine, since one start of it, in one namespace of ids. */
interface Owner {
  readonly pid: number;
  readonly machine: string;
}

/** Says within a folder that it is ours, so that it can be removed once we are dead. */
export function claim(folder: string): void {
  const owner: Owner = { pid: process.pid, machine: machine() };
  try {
    writeFileSync(join(folder, OWNER), JSON.stringify(owner));
  } catch {
    // Whoever cannot write to it says so when it is used.
  }
}

/** Removes folders that audits have left behind which were killed together with their guardian. */
export async function removeAbandoned(): Promise<void> {
  const here = machine();
  const folders = ROOMS.flatMap((room) =>
    readOr(() => readdirSync(room), [])
      .filter((name) => OURS.test(name))
      .map((name) => join(room, name)),
  );
  for (const folder of folders) {
    const owner = readOr(() => JSON.parse(readFileSync(join(folder, OWNER), 'utf8')) as Owner, null);
    const isMine = readOr(() => statSync(folder).uid === process.getuid?.(), false);
    if (owner?.machine === here && isMine && !isAlive(owner.pid)) await removeFolder(folder).catch(() => {});
  }
}

function machine(): string {
  const boot = readOr(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(), '');
  return `${boot} ${readOr(() => readlinkSync('/proc/self/ns/pid'), '')}`;
}

function readOr<T>(read: () => T, fallback: T): T {
  try {
    return read();
  } catch {
    return fallback;
  }
}
