import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import getPort from 'get-port';
import type { Redis } from 'ioredis';
import { messageOf, UserError } from '../errors.ts';
import type { ServiceChoice } from '../model/service.ts';
import type { Care, Service } from './service.ts';

const HOST = '127.0.0.1';
const PROGRAMS: readonly string[] = ['redis-server', 'valkey-server'];
const START_MS = 10_000;
const COMMAND_MS = 10_000;
const MAX_RETRIES = 3;
const RETRY_MS = 50;

/** A Redis server with nothing in it, on a free loopback port, its data in a folder of its own. Throws a UserError if there is no program for it, or it does not start. */
export async function startRedis({ env }: ServiceChoice, care: Care): Promise<Service> {
  const folder = await mkdtemp(join(tmpdir(), 'share-nothing-redis-'));
  care.keep(folder);
  const port = await getPort({ host: HOST });
  const server = await firstThere(folder, port, care).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  const { Redis: Client } = await import('ioredis');
  const retryStrategy = (times: number) => (times > MAX_RETRIES ? null : RETRY_MS);
  const client = new Client({ host: HOST, port, lazyConnect: true, commandTimeout: COMMAND_MS, retryStrategy });
  // What goes wrong is told by the command that fails of it.
  client.on('error', () => {});
  const stop = async () => {
    client.disconnect();
    server.child.kill('SIGKILL');
    await server.child;
    care.release(server.pid);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await Promise.race([ready(client), server.failed]);
  } catch (error) {
    await stop();
    throw error instanceof UserError ? error : notStarted(messageOf(error));
  }
  const url = `redis://${HOST}:${port}`;
  const filled = (value: string) => value.replaceAll('{url}', url).replaceAll('{host}', HOST).replaceAll('{port}', String(port));
  return {
    name: 'redis',
    env: Object.fromEntries(Object.entries(env ?? { REDIS_URL: '{url}' }).map(([name, value]) => [name, filled(value)])),
    async reset() {
      try {
        await client.flushall();
      } catch (cause) {
        throw new UserError(
          'service-gone',
          `the Redis server that was started for the audit does not answer any more (${messageOf(cause)})`,
          'Look whether the app ends it (SHUTDOWN), fills it, or something else on this machine has; then run the audit again.',
          { cause },
        );
      }
    },
    stop,
  };
}

interface Started {
  readonly child: Promise<unknown> & { kill(signal: 'SIGKILL'): boolean };
  readonly pid: number;
  /** Rejects with what was wrong when it ends. */
  readonly failed: Promise<never>;
}

/** Starts the first of the programs that is there. */
async function firstThere(folder: string, port: number, care: Care): Promise<Started> {
  for (const program of PROGRAMS) {
    const flags = ['--port', String(port), '--bind', HOST, '--save', '', '--appendonly', 'no', '--dir', folder];
    // In a process group of its own: no Ctrl-C reaches it before the app's processes have ended.
    const child = execa(program, flags, { reject: false, buffer: false, stdio: 'ignore', detached: true });
    const { pid } = child;
    if (pid === undefined) {
      await child;
      continue;
    }
    care.guard(pid);
    const failed = child.then(({ shortMessage, exitCode }) => {
      throw notStarted(exitCode === undefined ? (shortMessage ?? 'it ended') : `it ended with code ${exitCode}`);
    });
    failed.catch(() => {});
    return { child, pid, failed };
  }
  throw new UserError(
    'service-missing',
    `there is no program for --service redis: neither ${PROGRAMS.join(' nor ')} is on PATH`,
    'Install one: apt-get install redis-server, or brew install redis. Or start one yourself, and name it: --env REDIS_URL=redis://localhost:6379',
  );
}

async function ready(client: Redis): Promise<void> {
  const until = performance.now() + START_MS;
  for (;;) {
    try {
      if (client.status === 'wait' || client.status === 'end') await client.connect();
      await client.ping();
      return;
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

function notStarted(why: string): UserError {
  return new UserError(
    'service-not-started',
    `the Redis server for the audit did not start: ${why}`,
    'Start it by hand to see why: redis-server --port 0 --save ""',
  );
}
