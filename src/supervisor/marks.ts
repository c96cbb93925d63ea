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
      // `pid (name) state parent group …`; the name may hold anything, so what counts begins after its last bracket.
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      const [state, , pgrp] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(pgrp) === group && state !== 'Z' && state !== 'X';
    }),
  );
  return alive.filter(Boolean).length;
}

/** TCP ports that these processes listen on. Empty where there is no `/proc`. */
export async function listeningPorts(pids: readonly number[]): Promise<number[]> {
  const listeners = new Map<string, number>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(table, 'utf8').catch(() => '');
    for (const line of text.split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      if (state === LISTEN) listeners.set(`socket:[${inode}]`, Number.parseInt(local.split(':')[1] ?? '', 16));
    }
  }
  const sockets = await Promise.all(pids.map(openFiles));
  const ports = sockets.flat().flatMap((socket) => listeners.get(socket) ?? []);
  return [...new Set(ports)].sort((a, b) => a - b);
}

/** TCP_LISTEN of Linux's `include/net/tcp_states.h`, as `/proc/net/tcp` prints it. */
const LISTEN = '0A';

async function processIds(): Promise<number[]> {
  const names = await readdir('/proc').catch(() => []);
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

function holds(environment: Buffer, wanted: Buffer): boolean {
  return Buffer.concat([NUL, environment]).includes(Buffer.concat([NUL, wanted]));
}

const NUL = Buffer.from([0]);

async function openFiles(pid: number): Promise<string[]> {
  const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
  return Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')));
}
