import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import autocannon from 'autocannon';
import { execa } from 'execa';
import getPort from 'get-port';
import { startHaproxy, startNginx } from './router-rivals.ts';

const ROUNDS = 5;
const SECONDS = 2;
const CONNECTIONS = 32;
const CLI = resolve(import.meta.dirname, '../dist/cli.js');
const APP = `require('node:http').createServer((_, reply) => reply.setHeader('Content-Type', 'text/plain').end('x'.repeat(200))).listen(process.env.PORT, '127.0.0.1')`;

interface Rival {
  readonly name: string;
  readonly origin: string;
  /** Of the program in front of the app, in MB; `null` where it cannot be asked. */
  memory?(): Promise<number>;
  stop(): Promise<void>;
}

/**
 * Prints requests per second and latency under load through \`share-nothing up\` and what else can stand in front of two processes of an
 * app, as a share of the app's own, in turns in one run. With a number of minutes: the memory of \`up\` over that time, under load.
 */
export async function benchUp(minutes: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-up-'));
  await writeFile(join(folder, 'app.js'), APP);
  try {
    if (minutes > 0) await memoryOver(minutes, folder);
    else await compare(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare(folder: string): Promise<void> {
  const [one, other] = [await startApp(folder), await startApp(folder)];
  const upstreams = [one.origin, other.origin];
  const started = [
    one,
    await startUp('up', folder, ['--no-mirror', '--no-dashboard']),
    await startUp('up, dashboard', folder, ['--no-mirror']),
    await startUp('up, mirror', folder, []),
    await startNginx(upstreams),
    await startHaproxy(upstreams),
    await startPm2(folder),
  ].filter((rival) => rival !== null);
  const rates = new Map<string, number[]>();
  const tails = new Map<string, number[]>();
  try {
    for (let round = -1; round < ROUNDS; round++)
      for (const { name, origin } of started) {
        const { requests, latency, errors, non2xx } = await autocannon({
          url: origin,
          connections: CONNECTIONS,
          duration: SECONDS,
        });
        if (errors + non2xx > 0) throw new Error(`${name}: ${errors} errors, ${non2xx} bad replies`);
        // The first round warms up.
        if (round < 0) continue;
        rates.set(name, [...(rates.get(name) ?? []), requests.total / SECONDS]);
        tails.set(name, [...(tails.get(name) ?? []), latency.p99]);
      }
  } finally {
    for (const rival of [...started, other]) await rival.stop();
  }
  const direct = median(rates.get(one.name) ?? []);
  console.log(
    `up: two processes, ${CONNECTIONS} connections, ${ROUNDS} rounds of ${SECONDS} s in turns, medians; direct is one process alone`,
  );
  console.log(`${''.padEnd(16)}${'of direct'.padStart(10)}${'p99'.padStart(10)}`);
  for (const { name } of started)
    console.log(
      `${name.padEnd(16)}${(median(rates.get(name) ?? []) / direct).toFixed(2).padStart(10)}${`${median(tails.get(name) ?? [])} ms`.padStart(10)}`,
    );
}

async function memoryOver(minutes: number, folder: string): Promise<void> {
  const up = await startUp('up, mirror', folder, ['--restart-every', '10s']);
  console.log(`memory of up under load with mirror, dashboard and a deploy every 10 s, over ${minutes} min`);
  const seen: number[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    const { requests } = await autocannon({ url: up.origin, connections: CONNECTIONS, duration: 60 });
    const memory = (await up.memory?.()) ?? 0;
    seen.push(memory);
    console.log(`minute ${minute + 1}: ${requests.total} requests, ${memory} MB`);
  }
  await up.stop();
  console.log(`last ÷ second minute: ${((seen.at(-1) ?? 0) / (seen[1] ?? 1)).toFixed(2)}`);
}

async function startApp(folder: string): Promise<Rival> {
  const port = await getPort();
  const child = execa(process.execPath, [join(folder, 'app.js')], { env: { PORT: String(port) }, reject: false });
  const origin = `http://127.0.0.1:${port}`;
  await answers(origin);
  const stop = async () => {
    child.kill();
    await child;
  };
  return { name: 'direct', origin, stop };
}

async function startUp(name: string, folder: string, flags: readonly string[]): Promise<Rival> {
  const port = await getPort();
  const args = [
    CLI,
    'up',
    '--port',
    String(port),
    '--policy',
    'round-robin',
    '--no-logs',
    ...flags,
    '--',
    process.execPath,
    'app.js',
  ];
  const child = execa(process.execPath, args, { cwd: folder, reject: false, buffer: false, stdout: 'ignore', stderr: 'ignore' });
  const origin = `http://127.0.0.1:${port}`;
  await answers(origin);
  return {
    name,
    origin,
    memory: async () => {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    },
    stop: async () => {
      child.kill('SIGINT');
      await child;
    },
  };
}

/** Two processes of pm2's cluster mode; `null` where pm2 is not installed. */
async function startPm2(folder: string): Promise<Rival | null> {
  const port = await getPort();
  const env = { PORT: String(port), PM2_HOME: join(folder, 'pm2') };
  const run = (...args: string[]) => execa('pm2', args, { cwd: folder, env, reject: false });
  const { failed } = await run('start', 'app.js', '-i', '2');
  if (failed) return null;
  const origin = `http://127.0.0.1:${port}`;
  await answers(origin);
  return { name: 'pm2 cluster', origin, stop: async () => void (await run('kill')) };
}

async function answers(origin: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (
      await fetch(origin).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${origin} does not answer`);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await benchUp(Number(process.argv[2] ?? 0));
