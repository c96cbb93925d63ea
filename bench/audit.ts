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
  'frameworks/java-servlet-sessions',
  'frameworks/rails-no-store',
  'frameworks/rails-file-store',
];
const BOOTS = 9;

/** Prints the time of whole audits against the ideal: the boots and replies of their trials and nothing else, at this machine's cores. */
export async function benchAudit(apps: readonly string[] = APPS): Promise<void> {
  console.log(
    `Whole audit (npm run build first) against the boots, waits and plays of its trials alone, on ${availableParallelism()} cores`,
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
    const boots = await measureBoots({ command, cwd: folderOf(app, expected), env: variables(args) });
    const { seconds, trials } = await timeAudit(app, []);
    const ideal = idealSeconds(trials, boots);
    console.log(`${app.padEnd(34)} ${String(trials.length).padStart(7)} ${(seconds / ideal).toFixed(2).padStart(15)}`);
  }
}

/** Clause C1: a second process starts while the first one runs. */
const BOOTS_OF_START = 2;

/**
 * The processes of a trial boot side by side, restarts one after another, and the app takes its time for its replies. Plays that found
 * out what the session refers to, before its first control, and the second visit to that one's process need no boots, nor does the first
 * process that stands idle: it is one of the two of the start.
 */
function idealSeconds(trials: readonly Observation[], { one, two }: Boots): number {
  const warm = trials.findIndex(({ schedule }) => schedule.variant.kind === 'warm');
  const boots = trials.map(({ schedule: { processes, restarts } }, index) =>
    index < warm - 1 || index === warm ? 0 : (processes > 1 ? two : one) + restarts.length * one,
  );
  const idle = trials.map(({ schedule: { variant } }, index) =>
    variant.kind === 'aged' && trials[index - 1]?.schedule.variant.kind !== 'aged' ? variant.ms / 1000 : 0,
  );
  const replies = trials.flatMap(({ exchanges }) => exchanges.map(({ reply }) => reply.ms / 1000));
  return BOOTS_OF_START * one + sum(boots) + sum(idle) + sum(replies);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

/** What `--env` sets among flags. */
function variables(flags: readonly string[]): Record<string, string> {
  const pairs = flags.flatMap((flag, index) => (flags[index - 1] === '--env' ? [flag.split(/=(.*)/s)] : []));
  return Object.fromEntries(pairs.map(([name = '', value = '']) => [name, value]));
}

interface Program {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Seconds from spawn to the first accepted connection, without this tool: of one process, and of the later of two side by side. */
interface Boots {
  readonly one: number;
  readonly two: number;
}

async function measureBoots(program: Program): Promise<Boots> {
  const times: Boots[] = [];
  for (let round = 0; round < BOOTS; round++) times.push({ one: await bootBeside(program, 1), two: await bootBeside(program, 2) });
  return { one: median(times.map(({ one }) => one)), two: median(times.map(({ two }) => two)) };
}

async function bootBeside({ command: [file = '', ...args], cwd, env }: Program, count: number): Promise<number> {
  const ports: number[] = [];
  for (let index = 0; index < count; index++) ports.push(await getPort({ exclude: ports }));
  const began = performance.now();
  const children = ports.map((port) =>
    spawn(file, args, { cwd, env: { ...process.env, ...env, PORT: String(port) }, stdio: 'ignore', detached: true }),
  );
  await Promise.all(
    ports.map(async (port) => {
      while (!(await accepts(port))) await wait(2);
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  for (const child of children) if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  await Promise.all(children.map((child) => once(child, 'exit')));
  return seconds;
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
