import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { availableParallelism } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import getPort from 'get-port';
import { folderOf, readExpected, whatIsMissing } from '../fixtures/run-fixture.ts';
import type { Observation } from '../src/model/observation.ts';
import { median, timeAudit } from './time-audit.ts';

const APPS = [
  'stateless-jwt',
  'express-memory-session',
  'frameworks/django-database-sessions',
  'frameworks/django-file-sessions',
  'frameworks/rails-no-store',
  'frameworks/rails-file-store',
];
const BOOTS = 9;

/** Prints the time of whole audits against the ideal: the boots and plays of their trials and nothing else, at this machine's cores. */
export async function benchAudit(apps: readonly string[] = APPS): Promise<void> {
  console.log(
    `Whole audit (npm run build first) against the boots and plays of its trials alone, on ${availableParallelism()} cores`,
  );
  console.log('app                                 trials   audit ÷ ideal');
  for (const app of apps) {
    const expected = await readExpected(app);
    const missing = expected.needs === undefined ? null : await whatIsMissing(expected.needs);
    if (missing !== null) {
      console.log(`${app.padEnd(34)} needs ${missing}`);
      continue;
    }
    const { command, args = [] } = expected;
    const boot = await medianBoot(command, folderOf(app, expected), variables(args));
    const { seconds, trials } = await timeAudit(app, []);
    const ideal = idealSeconds(trials, boot);
    console.log(`${app.padEnd(34)} ${String(trials.length).padStart(7)} ${(seconds / ideal).toFixed(2).padStart(15)}`);
  }
}

/** Clause C1: a second process starts while the first one runs. */
const BOOTS_OF_START = 2;

/**
 * Boots side by side as far as the cores go, restarts one after another, and the time the app took for its replies. Plays that found
 * out what the session refers to, before its first control, and the second visit to that one's process need no boots.
 */
function idealSeconds(trials: readonly Observation[], boot: number): number {
  const warm = trials.findIndex(({ schedule }) => schedule.variant.kind === 'warm');
  const boots = trials.map(({ schedule: { processes, restarts } }, index) =>
    index < warm - 1 || index === warm ? 0 : Math.ceil(processes / availableParallelism()) + restarts.length,
  );
  const replies = trials.flatMap(({ exchanges }) => exchanges.map(({ reply }) => reply.ms / 1000));
  return (BOOTS_OF_START + sum(boots)) * boot + sum(replies);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
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
  return median(times);
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

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const named = process.argv.slice(2);
  await benchAudit(named.length > 0 ? named : APPS);
}
