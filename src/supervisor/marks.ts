import { linkInProc, namesInProc, processIds, readProc } from './proc.ts';

/** Variables that every process of an audit inherits: what escapes its process group is still found by them. */
export const RUN_MARK = 'SHARE_NOTHING_RUN';
export const PROCESS_MARK = 'SHARE_NOTHING_PROCESS';
/** Variable of processes that work for us in a folder of the run; its value is the folder. No app inherits it. */
export const FOLDER_MARK = 'SHARE_NOTHING_FOLDER';

/** Ids of living processes that were started with this variable. Empty where there is no `/proc`. */
export function markedProcesses(name: string, value: string): number[] {
  const wanted = `\0${name}=${value}\0`;
  return processIds().filter((pid) => `\0${readProc(`${pid}/environ`)}`.includes(wanted) && !isDead(pid));
}

/** How many members of a process group are alive; at least 1 where there is no `/proc` to tell. */
export function livingMembers(group: number): number {
  const pids = processIds();
  if (pids.length === 0) return 1;
  return pids.filter((pid) => statOf(pid).group === group && !isDead(pid)).length;
}

/** Whether a process has ended, be it that its parent has not asked for it yet. */
export function isDead(pid: number): boolean {
  return ['Z', 'X', ''].includes(statOf(pid).state);
}

/** Memory that is resident of these processes together, in bytes; pages that they share count for each. `null` where there is no `/proc`. */
export function residentBytes(pids: readonly number[]): number | null {
  if (pids.length === 0) return null;
  const kilobytes = pids.map((pid) => Number(/^VmRSS:\s+(\d+) kB$/m.exec(readProc(`${pid}/status`))?.[1] ?? 0));
  return kilobytes.reduce((sum, one) => sum + one, 0) * 1024;
}

/** TCP ports that these processes listen on. Empty where there is no `/proc`. */
export function listeningPorts(pids: readonly number[]): number[] {
  const listeners = listeningSockets();
  const sockets = [...openSockets(pids).values()].flat();
  const ports = sockets.flatMap((inode) => listeners.get(inode) ?? []);
  return [...new Set(ports)].sort((a, b) => a - b);
}

/** Every listening socket of the machine by its inode: the TCP port, or `null` for a Unix socket. */
export function listeningSockets(): Map<string, number | null> {
  const listeners = new Map<string, number | null>();
  for (const { local, state, inode } of tcpSockets()) if (state === LISTEN) listeners.set(inode, local);
  for (const line of readProc('net/unix').split('\n').slice(1)) {
    const [, , , flags = '', , , inode] = line.trim().split(/\s+/);
    if (inode !== undefined && (Number.parseInt(flags, 16) & ACCEPTS) !== 0) listeners.set(inode, null);
  }
  return listeners;
}

/** Inode of a server's end of a connection, by the ports of both ends; `null` before it has been accepted. */
export function connectionInode(serverPort: number, clientPort: number): string | null {
  const found = tcpSockets().find(({ local, remote }) => local === serverPort && remote === clientPort);
  return found === undefined || found.inode === '0' ? null : found.inode;
}

/** Parent of each of these processes. */
export function parentsOf(pids: readonly number[]): Map<number, number> {
  return new Map(pids.map((pid) => [pid, statOf(pid).parent]));
}

/** Inodes of the sockets that each of these processes holds open. */
export function openSockets(pids: readonly number[]): Map<number, string[]> {
  const socketsOf = (pid: number) =>
    namesInProc(`${pid}/fd`).flatMap((name) => {
      const link = linkInProc(`${pid}/fd/${name}`);
      return link.startsWith('socket:[') ? [link.slice(8, -1)] : [];
    });
  return new Map(pids.map((pid) => [pid, socketsOf(pid)]));
}

/** TCP_LISTEN of Linux's `include/net/tcp_states.h`, as `/proc/net/tcp` prints it. */
const LISTEN = '0A';
/** `__SO_ACCEPTCON` of Linux's `include/linux/net.h`. */
const ACCEPTS = 0x10000;

function tcpSockets(): { local: number; remote: number; state: string; inode: string }[] {
  return ['net/tcp', 'net/tcp6'].flatMap((file) =>
    readProc(file)
      .split('\n')
      .slice(1)
      .flatMap((line) => {
        const [, local, remote, state, , , , , , inode] = line.trim().split(/\s+/);
        return local === undefined || inode === undefined
          ? []
          : [{ local: portOf(local), remote: portOf(remote ?? ''), state: state ?? '', inode }];
      }),
  );
}

function portOf(address: string): number {
  return Number.parseInt(address.split(':')[1] ?? '', 16);
}

/** `pid (name) state parent group …`; the name may hold anything, so what counts begins after its last bracket. */
function statOf(pid: number): { state: string; parent: number; group: number } {
  const stat = readProc(`${pid}/stat`);
  const [state = '', parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state, parent: Number(parent), group: Number(group) };
}
