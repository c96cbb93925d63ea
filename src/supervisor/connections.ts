import { linkInProc, namesInProc, readProc } from './proc.ts';

/** What processes have connected to by themselves. */
export interface Connections {
  /** Remote TCP ports. */
  readonly ports: readonly number[];
  /** Connected Unix sockets, but for those that are standard input and output. */
  readonly unix: number;
}

/** `TCP_ESTABLISHED` and `TCP_LISTEN` of Linux's `include/net/tcp_states.h`, as `/proc/net/tcp` prints them. */
const [ESTABLISHED, LISTEN] = ['01', '0A'];
/** `SS_CONNECTED` of Linux's `include/uapi/linux/net.h`. */
const CONNECTED = '03';
const STANDARD = 2;

/**
 * Tells what processes hold connections to, without those that others have opened to them; `null` where there is no `/proc` to tell. To be
 * asked again and again: the tables of the whole machine are read only if they hold other sockets than before, or some may still connect.
 */
export function watchConnections(pidsNow: () => readonly number[]): () => Connections | null {
  let seen: Seen | null = null;
  return () => {
    const held = new Set(pidsNow().flatMap(socketsBeyondStandard));
    const isSame = seen !== null && held.size === seen.held.size && [...held].every((one) => seen?.held.has(one));
    if (seen === null || !seen.isSettled || !isSame) seen = lookAt(held);
    return seen.connections;
  };
}

interface Seen {
  /** Inodes of sockets. */
  readonly held: ReadonlySet<string>;
  readonly connections: Connections | null;
  /** Each of them listens or is connected, and stays so. */
  readonly isSettled: boolean;
}

function lookAt(held: ReadonlySet<string>): Seen {
  const table = readProc('net/tcp');
  if (table === '') return { held, connections: null, isSettled: false };
  const rows = `${table}\n${readProc('net/tcp6')}`.split('\n').flatMap((line) => {
    const [, local = '', remote = '', state, , , , , , inode = ''] = line.trim().split(/\s+/);
    return held.has(inode) ? [{ local: portOf(local), remote: portOf(remote), state }] : [];
  });
  const own = new Set(rows.flatMap(({ local, state }) => (state === LISTEN ? [local] : [])));
  const ports = rows.flatMap(({ local, remote, state }) => (state === ESTABLISHED && !own.has(local) ? [remote] : []));
  const unix = readProc('net/unix')
    .split('\n')
    .filter((line) => {
      const [, , , , , state, inode = ''] = line.trim().split(/\s+/);
      return state === CONNECTED && held.has(inode);
    }).length;
  const settled = rows.filter(({ state }) => state === LISTEN || state === ESTABLISHED).length + unix;
  return { held, connections: { ports: [...new Set(ports)], unix }, isSettled: settled === held.size };
}

function socketsBeyondStandard(pid: number): string[] {
  return namesInProc(`${pid}/fd`).flatMap((name) => {
    const link = linkInProc(`${pid}/fd/${name}`);
    return Number(name) > STANDARD && link.startsWith('socket:[') ? [link.slice(8, -1)] : [];
  });
}

function portOf(address: string): number {
  return Number.parseInt(address.split(':')[1] ?? '', 16);
}
