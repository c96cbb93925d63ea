import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { connectionInode, listeningSockets, markedProcesses, openSockets, parentsOf } from './marks.ts';

/**
 * Which of the processes that one copy of the app consists of answer its requests. `hidden`: several do, behind a socket of their own,
 * and nobody can tell from outside which of them has answered.
 */
export type Workers =
  | { readonly kind: 'one' }
  | { readonly kind: 'several'; readonly pids: readonly number[] }
  | { readonly kind: 'hidden'; readonly pids: readonly number[] };

export interface Tree {
  readonly port: number;
  /** Loopback host that it answers at. */
  readonly host: string;
  /** Variable and value that its processes carry. */
  readonly mark: readonly [name: string, value: string];
}

const LOOK_MS = 1_000;
const QUIET_MS = 60;
const MOST_PROBES = 16;

/** Finds out who answers by opening connections and looking who accepts them. Where there is no `/proc`, there is `one`. */
export async function findWorkers(tree: Tree): Promise<Workers> {
  const pids = markedProcesses(...tree.mark);
  if (pids.length < 2) return { kind: 'one' };
  const [parents, sockets, listeners] = [parentsOf(pids), openSockets(pids), listeningSockets()];
  const isAncestor = (pid: number, of: number): boolean => {
    for (let up = parents.get(of); up !== undefined; up = parents.get(up)) if (up === pid) return true;
    return false;
  };
  const holdersOf = (isWanted: (inode: string) => boolean) =>
    pids.filter((pid) => (sockets.get(pid) ?? []).some((inode) => isWanted(inode)));
  /** Without those that only hold it for their children. */
  const servers = (holders: readonly number[]) =>
    holders.filter((pid) => !holders.some((other) => other !== pid && isAncestor(pid, other)));

  const own = new Set([...listeners].flatMap(([inode, port]) => (port === tree.port ? [inode] : [])));
  for (const inode of listeners.keys()) {
    if (own.has(inode)) continue;
    const behind = servers(holdersOf((one) => one === inode));
    if (behind.length > 1) return { kind: 'hidden', pids: behind };
  }
  const holders = holdersOf((inode) => own.has(inode));
  const hasChildren = (pid: number) => pids.some((other) => parents.get(other) === pid);
  if (holders.length === 1 && !holders.some(hasChildren)) return { kind: 'one' };
  const found = await whoAccepts(tree, Math.min(MOST_PROBES, 2 * pids.length));
  if (isForkedForEach(found, { holders, known: pids })) return { kind: 'one' };
  const accepting = found.filter((pid) => !found.some((other) => other !== pid && isAncestor(pid, other)));
  const workers = [...new Set([...accepting, ...servers(holders).filter((pid) => !accepting.some((one) => isAncestor(pid, one)))])];
  const answering = workers.filter((pid) => accepting.length === 0 || accepting.includes(pid) || !hasChildren(pid));
  return answering.length < 2 ? { kind: 'one' } : { kind: 'several', pids: answering.sort((a, b) => a - b) };
}

/**
 * Whether every connection is answered by a child that was forked for it: nobody but the one that forks was there before the connections were
 * opened. Such children live as long as their connection, and are no pool of workers.
 */
function isForkedForEach(
  accepting: readonly number[],
  { holders, known }: { holders: readonly number[]; known: readonly number[] },
): boolean {
  const born = accepting.filter((pid) => !known.includes(pid));
  const forking = new Set([...parentsOf(born).values()].filter((parent) => holders.includes(parent)));
  return born.length > 0 && accepting.every((pid) => born.includes(pid) || forking.has(pid));
}

/**
 * Opens connections at once, sends nothing, and says which processes accept them. A worker that waits for its request accepts no
 * other connection: once nobody new has accepted for a while, nobody will.
 */
async function whoAccepts(tree: Tree, count: number): Promise<number[]> {
  const opened = await Promise.all(Array.from({ length: count }, () => open(tree)));
  const owners = new Set<number>();
  const over = new AbortController();
  let quiet = setTimeout(() => over.abort(), LOOK_MS);
  const note = (pid: number | null) => {
    if (pid === null) return;
    if (!owners.has(pid)) {
      clearTimeout(quiet);
      quiet = setTimeout(() => over.abort(), QUIET_MS);
    }
    owners.add(pid);
  };
  try {
    const ports = opened.flatMap((socket) => socket?.localPort ?? []);
    await Promise.all(ports.map(async (port) => note(await ownerOf(tree, port, over.signal))));
    return [...owners];
  } finally {
    clearTimeout(quiet);
    for (const socket of opened) socket?.destroy();
  }
}

function open({ host, port }: Tree): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: LOOK_MS });
    socket.once('connect', () => resolve(socket));
    socket.once('timeout', () => socket.destroy());
    socket.on('error', () => {});
    socket.once('close', () => resolve(null));
  });
}

/**
 * The process that has accepted the connection from a local port; `null` if none has within a moment, or nobody can tell. A process
 * that accepts for its children (as the primary of a Node.js cluster does) is given time to pass it on.
 */
export async function ownerOf(tree: Tree, localPort: number, signal?: AbortSignal): Promise<number | null> {
  const until = performance.now() + LOOK_MS;
  for (let pause = 1; ; pause = Math.min(20, pause * 2)) {
    const inode = connectionInode(tree.port, localPort);
    if (inode !== null) {
      const pids = markedProcesses(...tree.mark);
      const [parents, sockets] = [parentsOf(pids), openSockets(pids)];
      const owners = pids.filter((pid) => sockets.get(pid)?.includes(inode));
      const leaf = owners.find((pid) => !pids.some((other) => parents.get(other) === pid));
      const isLate = performance.now() + pause > until;
      if (leaf !== undefined || (isLate && owners.length > 0)) return leaf ?? owners.at(-1) ?? null;
    }
    if (performance.now() + pause > until || (inode === null && signal?.aborted)) return null;
    await wait(pause);
  }
}

/** Stops processes for a moment, so that only others can accept a connection. Gives what lets them go on. */
export function holdBack(pids: readonly number[]): () => void {
  const signal = (name: NodeJS.Signals) => {
    for (const pid of pids)
      try {
        process.kill(pid, name);
      } catch {
        // It has ended meanwhile.
      }
  };
  signal('SIGSTOP');
  return () => signal('SIGCONT');
}
