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

/** What these processes hold connections to, without those that others have opened to them; `null` where there is no `/proc` to tell. */
export function connectionsOf(pids: readonly number[]): Connections | null {
  const table = readProc('net/tcp');
  if (table === '') return null;
  const held = new Set(pids.flatMap(socketsBeyondStandard));
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
  return { ports: [...new Set(ports)], unix };
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
