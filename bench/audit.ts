import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import getPort from 'get-port';
import { readEvidence } from '../src/evidence/store.ts';
import type { Observation } from '../src/model/observation.ts';

const ROOT = resolve(import.meta.dirname, '..');
const APPS = ['stateless-jwt', 'express-memory-session'];
const BOOTS = 9;

/** Prints the time of whole audits against the ideal: the boots and plays of their trials and nothing else, at this machine's cores. */
export async function benchAudit(): Promise<void> {
  console.log(
    `Whole audit (npm run build first) against the boots and plays of its trials alone, on ${availableParallelism()} cores`,
  );
  console.log('app                       trials   audit ÷ ideal');
  for (const app of APPS) {
    const folder = join(ROOT, 'fixtures/apps', app);
    const expected = await readFile(join(folder, 'expected.json'), 'utf8');
    const { command, args = [] } = JSON.parse(expected) as { command: string[]; args?: string[] };
    const env = variables(args);
    const boot = await medianBoot(command, folder, env);
    const { seconds, trials } = await timeAudit(command, folder, args);
    const ideal = trials.reduce((sum, trial) => sum + idealSeconds(trial, boot), 0);
    console.log(`${app.padEnd(24)} ${String(trials.length).padStart(7)} ${(seconds / ideal).toFixed(2).padStart(14)}`);
  }
}

/** Boots side by side as far as the cores go, restarts one after another, and the time the app took for its replies. */
function idealSeconds({ schedule, exchanges }: Observation, boot: number): number {
  const boots =
    Math.ceil(schedule.processes / availableParallelism()) + schedule.restarts.filter((restart) => !restart.pauseOnly).length;
  const waits = schedule.restarts.filter((restart) => restart.pauseOnly).length;
  return (boots + waits) * boot + exchanges.reduce((sum, { reply }) => sum + reply.ms, 0) / 1000;
}

async function timeAudit(
  command: readonly string[],
  folder: string,
  flags: readonly string[],
): Promise<{ seconds: number; trials: Observation[] }> {
  const output = await mkdtemp(join(tmpdir(), 'share-nothing-bench-'));
  try {
    const began = performance.now();
    await execa(
      process.execPath,
      [
        join(ROOT, 'dist/cli.js'),
        'check',
        '--session',
        join(folder, 'session.http'),
        '--cwd',
        folder,
        '--seed',
        '1',
        '--output',
        output,
        ...flags,
        '--',
        ...command,
      ],
      { reject: false },
    );
    const seconds = (performance.now() - began) / 1000;
    const { records } = readEvidence(output);
    return { seconds, trials: records.flatMap((record) => (record.kind === 'observation' ? [record.observation] : [])) };
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}

/** What `--env` sets among flags. */
function variables(flags: readonly string[]): Record<string, string> {
  const pairs = flags.flatMap((flag, index) => (flags[index - 1] === '--env' ? [flag.split(/=(.*)/s)] : []));
  return Object.fromEntries(pairs.map(([name = '', value = '']) => [name, value]));
}

/** Seconds from spawn to the first accepted connection, without this tool. */
async function medianBoot(
  [file = '', ...args]: readonly string[],
  cwd: string,
  extra: Readonly<Record<string, string>>,
): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < BOOTS; round++) {
    const port = await getPort();
    const began = performance.now();
    const child = spawn(file, args, { cwd, env: { ...process.env, ...extra, PORT: String(port) }, stdio: 'ignore' });
    while (!(await accepts(port))) await wait(2);
    times.push((performance.now() - began) / 1000);
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  return times.sort((a, b) => a - b)[Math.floor(BOOTS / 2)] ?? 0;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await benchAudit();
