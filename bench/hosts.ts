import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import getPort from 'get-port';
import { UserError } from '../src/errors.ts';
import { HOST_NAMES, type HostName } from '../src/model/isolation.ts';
import { chooseHost } from '../src/supervisor/hosts/choose.ts';
import type { Host } from '../src/supervisor/hosts/host.ts';

const ROUNDS = 15;
const SERVER = `require('node:http').createServer((_, response) => response.end('ok')).listen(process.env.PORT, '127.0.0.1');`;

/** Prints how long it takes from launch until the port is open on each host, against host plain, which is a bare spawn. */
export async function benchHosts(): Promise<void> {
  const cwd = await mkdtemp(join(tmpdir(), 'share-nothing-bench-'));
  await writeFile(join(cwd, 'server.cjs'), SERVER);
  const hosts = new Map<HostName, Host>();
  const times = new Map<HostName, number[]>();
  try {
    for (const name of HOST_NAMES) {
      const options = { cwd, volumes: [], shared: [], named: [], guard: () => {}, env: process.env };
      const chosen = await chooseHost(name, options).catch((error: unknown) => {
        if (!(error instanceof UserError)) throw error;
        console.log(`${name}: ${error.message}`);
        return null;
      });
      if (chosen !== null) hosts.set(name, chosen.host);
    }
    // In turn, so that whatever else the machine does falls on all of them.
    for (let round = 0; round < ROUNDS; round++)
      for (const [name, host] of hosts) times.set(name, [...(times.get(name) ?? []), await bootOnce(host, cwd)]);
  } finally {
    for (const host of hosts.values()) await host.close();
    await rm(cwd, { recursive: true });
  }
  const bare = median(times.get('plain') ?? []);
  console.log('host      launch until its port is open ÷ bare spawn');
  for (const [name, list] of times) console.log(`${name.padEnd(9)} ${(median(list) / bare).toFixed(2)}`);
}

async function bootOnce(host: Host, cwd: string): Promise<number> {
  const disk = await host.createDisk({ hostname: null });
  const port = await getPort();
  const began = performance.now();
  const { pid, exited } = disk.launch({
    command: [process.execPath, 'server.cjs'],
    cwd,
    env: { PORT: String(port) },
    onOutput: () => {},
  });
  while (!(await accepts(port))) await wait(1);
  const ms = performance.now() - began;
  process.kill(pid ?? 0, 'SIGTERM');
  await exited;
  await disk.dispose();
  return ms;
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function median(list: readonly number[]): number {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;
}
