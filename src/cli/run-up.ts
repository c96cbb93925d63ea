import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import stringWidth from 'string-width';
import { DURATION, milliseconds } from '../config/duration.ts';
import { UserError } from '../errors.ts';
import { type Contradiction, createMirror, type Mirror } from '../live/mirror.ts';
import { type LiveEvent, type Replacement, simulate } from '../live/simulation.ts';
import type { Config } from '../model/config.ts';
import type { Reply } from '../model/observation.ts';
import { createCanvas } from '../report/canvas.ts';
import { harmlessText, pad } from '../report/text.ts';
import {
  neverSamePolicy,
  type Policy,
  type PolicyName,
  randomPolicy,
  roundRobinPolicy,
  stickyPolicy,
  type Target,
} from '../router/policies.ts';
import { openGround } from '../supervisor/ground.ts';
import { createSupervisor } from '../supervisor/supervisor.ts';
import { randomStream } from '../trials/random.ts';
import type { Context } from './context.ts';
import { EXIT } from './exit-code.ts';
import { interruptible } from './interrupt.ts';
import { readSettings } from './settings.ts';
import { colorOf, type Terminal, widthOf } from './terminal.ts';

/** Lines of an app that are longer are cut on the terminal. */
const MAX_LINE = 2_000;
const OWN = 'router';
/** Characters of a reply. */
const MAX_SHOWN = 160;

/** Runs an app in several processes until it is interrupted. Promises the exit code. */
export async function runUp(
  command: readonly string[],
  options: Readonly<Record<string, unknown>>,
  { terminal, color }: Context,
): Promise<number> {
  const { cwd } = terminal;
  const configFile = typeof options.config === 'string' ? options.config : null;
  const { config } = await readSettings({ options, command, configFile, cwd, sessions: 'optional' });
  const port = portOf(options.port);
  const replaceEvery =
    options.restartEvery === undefined ? null : { ms: durationOf(options.restartEvery), how: options.restartMode as Replacement };
  const say = printer(terminal, { processes: config.processes, color: color() });
  const asked = new AbortController();
  using _interrupt = interruptible(() => {
    say(OWN, 'stopping; again to leave at once');
    asked.abort();
  });
  const runId = `up-${randomUUID()}`;
  const { app, volumes } = config;
  const { host, isolation, guardian, brand } = await openGround({ app, runId, host: config.host, volumes, shared: [] });
  const supervisor = createSupervisor({ app, runId, maxBoots: availableParallelism(), guardian, brand });
  try {
    await using simulation = await simulate({
      supervisor,
      host,
      processes: config.processes,
      port,
      policy: policyOf(options.policy as PolicyName, config),
      replaceEvery,
      signal: asked.signal,
      mirror: options.mirror === false ? null : (targets) => mirrorOf(targets, { config, signal: asked.signal, say }),
      tell: (event) => say(event.by, wordsOf(event), event.kind !== 'line'),
    });
    const disks = host.ownDisks ? `a disk each (${isolation.host})` : 'one disk for all';
    say(
      OWN,
      `${simulation.origin}  ${String(options.policy)}, seed ${config.seed}, ${disks}; every reply names its process: x-share-nothing-served-by`,
    );
    if (!asked.signal.aborted) await once(asked.signal, 'abort');
    return EXIT.ok;
  } finally {
    await supervisor[Symbol.asyncDispose]();
    await host.close();
  }
}

function policyOf(name: PolicyName, { seed }: Config): (targets: () => readonly Target[]) => Policy {
  const random = randomStream(seed, 'routing');
  return (targets) =>
    ({
      random: () => randomPolicy(targets, random),
      'round-robin': () => roundRobinPolicy(targets),
      'never-same': () => neverSamePolicy(targets, random),
      sticky: () => stickyPolicy(targets),
    })[name]();
}

/** Tells at once which reading requests two processes answer differently. */
function mirrorOf(
  targets: () => readonly Target[],
  { config, signal, say }: { config: Config; signal: AbortSignal; say: (by: string, text: string) => void },
): Mirror {
  const { ignore, seed } = config;
  const found = ({ path, one, other, replies, differences: [first] }: Contradiction) => {
    say(OWN, `✗ GET ${path} depends on who answers`);
    say(OWN, `  ${one}  ${replyWords(replies.one)}`);
    say(OWN, `  ${other}  ${replyWords(replies.other)}`);
    if (first !== undefined) say(OWN, `  ${first.path}: ${first.expected} there, ${first.actual} here`);
  };
  return createMirror({ targets, ignore, signal, random: randomStream(seed, 'mirror'), found });
}

/** A reply in a line. */
function replyWords(reply: Reply): string {
  if (reply.outcome !== 'answered') return `no answer: ${reply.reason}`;
  const text = reply.body.binary ? `(${reply.body.bytes} bytes)` : reply.body.text;
  return `${reply.status} ${harmlessText(text, MAX_SHOWN)}`;
}

/** An event in words that follow the name of its process. */
function wordsOf(event: LiveEvent): string {
  switch (event.kind) {
    case 'line':
      return event.text;
    case 'started':
      return `started with pid ${event.pid} in ${(event.bootMs / 1000).toFixed(1)} s`;
    case 'stopping':
      return event.why === 'end' ? 'stopping' : event.why === 'crash' ? 'killed, as in a crash' : `replaced (${event.why})`;
    case 'kept':
      return `not replaced: ${event.why}`;
    case 'ended':
      return `${event.how}; again ${event.againMs === 0 ? 'at once' : `in ${event.againMs / 1000} s`}`;
  }
}

/** Prints lines with the name of whoever wrote them, each in a colour of its own. */
function printer(
  terminal: Terminal,
  { processes, color }: { processes: number; color: boolean },
): (by: string, text: string, isOwn?: boolean) => void {
  const { stdout } = terminal;
  const { colors } = createCanvas({ width: widthOf(stdout), color: colorOf(stdout, terminal, color) });
  const paints = [colors.cyan, colors.magenta, colors.green, colors.yellow, colors.blue];
  const width = Math.max(OWN.length, stringWidth(`web.${processes}`));
  return (by, text, isOwn = true) => {
    const number = Number(/\d+$/.exec(by)?.[0] ?? 0);
    const paint = by === OWN ? colors.bold : (paints[(number - 1) % paints.length] ?? colors.cyan);
    const line = harmlessText(text, MAX_LINE);
    stdout.write(`${paint(pad(by, width))} ${colors.dim('|')} ${isOwn ? colors.dim(line) : line}\n`);
  };
}

function portOf(given: unknown): number {
  const port = Number(given);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new UserError(
    'flag-invalid',
    `--port: "${String(given)}" given, but it must be a port, from 0 to 65535`,
    'For example: --port 8080',
  );
}

function durationOf(given: unknown): number {
  const text = String(given);
  const ms = DURATION.test(text) ? milliseconds(text) : 0;
  if (ms >= 100) return ms;
  throw new UserError(
    'flag-invalid',
    `--restart-every: "${text}" given, but it must be a time of at least 100ms`,
    'For example: --restart-every 10s',
  );
}
