import { readdir, readFile, readlink } from 'node:fs/promises';

/** Variables that every process of an audit inherits: what escapes its process group is still found by them. */
export const RUN_MARK = 'SHARE_NOTHING_RUN';
export const PROCESS_MARK = 'SHARE_NOTHING_PROCESS';

/** Ids of living processes that were started with this variable. Empty where there is no `/proc`. */
export async function markedProcesses(name: string, value: string): Promise<number[]> {
  const wanted = Buffer.from(`${name}=${value}\0`);
  const marked = await Promise.all(
    (await processIds()).map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`).catch(() => null);
      return environment !== null && holds(environment, wanted) ? [pid] : [];
    }),
  );
  return marked.flat();
}

/** How many members of a process group are alive; at least 1 where there is no `/proc` to tell. */
export async function livingMembers(group: number): Promise<number> {
  const pids = await processIds();
  if (pids.length === 0) return 1;
  const alive = await Promise.all(
    pids.map(async (pid) => {
      const { state, group: own } = await statOf(pid);
      return own === group && state !== 'Z' && state !== 'X';
    }),
  );
  return alive.filter(Boolean).length;
}

/** TCP ports that these processes listen on. Empty where there is no `/proc`. */
export async function listeningPorts(pids: readonly number[]): Promise<number[]> {
  const listeners = await listeningSockets();
  const sockets = [...(await openSockets(pids)).values()].flat();
  const ports = sockets.flatMap((inode) => listeners.get(inode) ?? []);
  return [...new Set(ports)].sort((a, b) => a - b);
}

/** Every listening socket of the machine by its inode: the TCP port, or `null` for a Unix socket. */
export async function listeningSockets(): Promise<Map<string, number | null>> {
  const listeners = new Map<string, number | null>();
  for (const { local, state, inode } of await tcpSockets()) if (state === LISTEN) listeners.set(inode, local);
  for (const line of (await readFile('/proc/net/unix', 'utf8').catch(() => '')).split('\n').slice(1)) {
    const [, , , flags = '', , , inode] = line.trim().split(/\s+/);
    if (inode !== undefined && (Number.parseInt(flags, 16) & ACCEPTS) !== 0) listeners.set(inode, null);
  }
  return listeners;
}

/** Inode of a server's end of a connection, by the ports of both ends; `null` before it has been accepted. */
export async function connectionInode(serverPort: number, clientPort: number): Promise<string | null> {
  const found = (await tcpSockets()).find(({ local, remote }) => local === serverPort && remote === clientPort);
  return found === undefined || found.inode === '0' ? null : found.inode;
}

/** Parent of each of these processes. */
export async function parentsOf(pids: readonly number[]): Promise<Map<number, number>> {
  const stats = await Promise.all(pids.map(async (pid) => [pid, (await statOf(pid)).parent] as const));
  return new Map(stats);
}

/** Inodes of the sockets that each of these processes holds open. */
export async function openSockets(pids: readonly number[]): Promise<Map<number, string[]>> {
  const found = await Promise.all(
    pids.map(async (pid) => {
      const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
      const links = await Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')));
      return [pid, links.flatMap((link) => (link.startsWith('socket:[') ? [link.slice(8, -1)] : []))] as const;
    }),
  );
  return new Map(found);
}

/** TCP_LISTEN of Linux's `include/net/tcp_states.h`, as `/proc/net/tcp` prints it. */
const LISTEN = '0A';
/** `__SO_ACCEPTCON` of Linux's `include/linux/net.h`. */
const ACCEPTS = 0x10000;

async function tcpSockets(): Promise<{ local: number; remote: number; state: string; inode: string }[]> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => '')));
  return tables.flatMap((table) =>
    table
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
async function statOf(pid: number): Promise<{ state: string; parent: number; group: number }> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [state = '', parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state, parent: Number(parent), group: Number(group) };
}

/** Ids of all processes; empty where there is no `/proc`. */
export async function processIds(): Promise<number[]> {
  const names = await readdir('/proc').catch(() => []);
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

function holds(environment: Buffer, wanted: Buffer): boolean {
  return Buffer.concat([NUL, environment]).includes(Buffer.concat([NUL, wanted]));
}

const NUL = Buffer.from([0]);
