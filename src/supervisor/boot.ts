import { setTimeout as wait } from 'node:timers/promises';
import { messageOf, UserError } from '../errors.ts';
import type { App } from '../model/app.ts';
import type { Brand } from './brand.ts';
import { type Disk, describeExit, type Exit } from './hosts/host.ts';
import { listeningPorts, markedProcesses, PROCESS_MARK, RUN_MARK } from './marks.ts';
import { createOutput } from './output.ts';
import { type Habits, standsUp, whenReady } from './readiness.ts';
import { quote } from './shell.ts';

export interface BootOptions {
  readonly app: App;
  /** What it sees as its disk. */
  readonly disk: Disk;
  readonly name: string;
  readonly port: number;
  /** Added to the app's environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly runId: string;
  /** Number of the run; `null` where processes cannot be branded. */
  readonly brand: number | null;
  /** Tells the processes of a run apart. */
  readonly number: number;
  /** What earlier boots of the app have shown. */
  readonly habits: Habits;
  /** Is given what it writes, as it arrives; the last lines are kept in any case. */
  readonly onOutput?: (chunk: Buffer) => void;
  /** Is given what it writes to standard error, which `onOutput` is not given then. */
  readonly onError?: ((chunk: Buffer) => void) | undefined;
}

/** A process that has been launched, and may not be ready yet. */
export interface Booted {
  /** `null`: it could not be launched. */
  readonly pid: number | null;
  readonly exited: Promise<Exit>;
  /** Resolves after it has ended, when its last words have arrived. */
  readonly fellSilent: Promise<Exit>;
  /** Variable and value that it and its descendants carry. */
  readonly mark: readonly [name: string, value: string];
  /** What they inherit as well, and cannot shed. */
  readonly brand: Brand | null;
  output(): readonly string[];
  /** Waits until it is ready; throws a UserError that says why it is not. */
  ready(signal: AbortSignal): Promise<Started>;
  /** For one that is asked nothing: waits for its text or its time, else until it is launched; throws a UserError that says why it is not ready. */
  launched(signal: AbortSignal): Promise<Started>;
}

/** A process that has been started, and where it answers if it does. */
interface Started {
  readonly pid: number;
  readonly origin: string;
  /** From its launch, in milliseconds. */
  readonly bootMs: number;
}

const SHOWN_LINES = 20;
/** How long the last words of a process that has ended may take to arrive. */
const LAST_WORDS_MS = 250;

/** Launches a process of the app on a port. */
export function boot({ app, disk, name, port, env, runId, brand: hard, number, habits, onOutput, onError }: BootOptions): Booted {
  const began = performance.now();
  const output = createOutput();
  const command = app.command.map((part) => part.replaceAll('{port}', String(port)));
  const mark = [PROCESS_MARK, `${runId}/${number}`] as const;
  const brand = hard === null ? null : { hard, soft: hard - number };
  const { pid, exited, drained } = disk.launch({
    ...(brand === null ? {} : { brand }),
    command,
    cwd: app.cwd,
    env: {
      // Read by gunicorn, puma and others: one process is to be one process.
      WEB_CONCURRENCY: '1',
      ...app.env,
      ...env,
      PORT: String(port),
      [RUN_MARK]: runId,
      [mark[0]]: mark[1],
    },
    onOutput: (chunk) => {
      output.write(chunk);
      onOutput?.(chunk);
    },
    ...(onError === undefined
      ? {}
      : {
          onError: (chunk: Buffer) => {
            output.write(chunk);
            onError(chunk);
          },
        }),
  });
  const fellSilent = exited.then(async (exit) => {
    await Promise.race([drained, wait(LAST_WORDS_MS)]);
    return exit;
  });
  const lastLines = () => output.lines().slice(-SHOWN_LINES);

  const ready: Booted['ready'] = async (signal) => {
    const over = new AbortController();
    const readiness = whenReady(port, app.readiness, { signal: AbortSignal.any([signal, over.signal]), habits });
    readiness.catch(() => {});
    try {
      const outcome = await Promise.race([readiness, exited]);
      if (pid === null) throw notLaunched(app, await exited);
      if (typeof outcome === 'string') return { pid, origin: outcome, bootMs: performance.now() - began };
      if (outcome !== null) throw exitedEarly(name, { exit: await fellSilent, command, lines: lastLines(), serves: true });
      const open = listeningPorts(markedProcesses(...mark));
      throw notReady(name, { app, port, open, lines: lastLines() });
    } finally {
      over.abort();
    }
  };
  const launched: Booted['launched'] = async (signal) => {
    if (pid === null) throw notLaunched(app, await exited);
    const { log = null, delayMs = 0 } = app.readiness;
    if (log !== null || delayMs > 0) {
      const over = new AbortController();
      const stood = standsUp(output, app.readiness, AbortSignal.any([signal, over.signal]));
      stood.catch(() => {});
      try {
        const outcome = await Promise.race([stood, exited]);
        if (typeof outcome !== 'boolean')
          throw exitedEarly(name, { exit: await fellSilent, command, lines: lastLines(), serves: false });
        if (!outcome) throw notHeard(name, app, lastLines());
      } finally {
        over.abort();
      }
    }
    return { pid, origin: `http://127.0.0.1:${port}`, bootMs: performance.now() - began };
  };
  return { pid, exited, fellSilent, mark, brand, output: output.lines, ready, launched };
}

function notLaunched({ command, cwd }: App, { cause }: Exit): UserError {
  const [program = ''] = command;
  const reason = (cause as NodeJS.ErrnoException | undefined)?.code;
  const [message, hint] =
    reason === 'ENOENT'
      ? [
          `cannot start ${program}: not found (in ${cwd})`,
          'Give the command as you would type it in that folder, or another folder with --cwd.',
        ]
      : reason === 'EACCES'
        ? [
            program.includes('/')
              ? `cannot start ${program}: it is not executable`
              : `cannot start ${program}: not found where PATH may be read, or not executable there`,
            `Make it executable, give its whole path, or name the program that runs it, such as node ${program}.`,
          ]
        : [`cannot start ${program}: ${messageOf(cause)}`, 'Check the command after --.'];
  return new UserError('app-not-found', message, hint, { cause });
}

function exitedEarly(
  name: string,
  { exit, command, lines, serves }: { exit: Exit; command: readonly string[]; lines: string[]; serves: boolean },
): UserError {
  const hint =
    exit.code === 0
      ? `The command must stay in the foreground for as long as the app ${serves ? 'serves' : 'runs'}.`
      : lines.length > 0
        ? 'Above are its last lines. What it needs from its environment can be given with --env NAME=VALUE.'
        : `It wrote nothing. Run \`PORT=5000 ${command.map(quoted).join(' ')}\` by hand to see why.`;
  return new UserError('app-exited', `${name} ${describeExit(exit)} before it was ready`, hint, { details: lines });
}

/** A word as a shell takes it, bare where that is the same. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : quote(word);
}

function notHeard(name: string, { readiness: { log, timeoutMs } }: App, lines: string[]): UserError {
  return new UserError(
    'app-not-ready',
    `${name} did not write "${log}" within ${timeoutMs / 1000} s`,
    'Above are its last lines: name a text among those that it writes when it is ready (--ready-log), or give it more time with --ready-timeout.',
    { details: lines },
  );
}

interface NotReady {
  readonly app: App;
  readonly port: number;
  readonly open: readonly number[];
  readonly lines: string[];
}

function notReady(name: string, { app: { readiness }, port, open, lines }: NotReady): UserError {
  const waited = `${readiness.timeoutMs / 1000} s`;
  if (open.includes(port))
    return new UserError(
      'app-not-ready',
      `${name} was not ready after ${waited}: ${readiness.path === null ? 'its port did not accept a connection' : `GET ${readiness.path} did not answer below 400`}`,
      'Name a path that answers when the app can serve with --ready, or give it more time with --ready-timeout.',
      { details: lines },
    );
  if (open.length > 0)
    return new UserError(
      'app-ignores-port',
      `${name} did not open port ${port}, which PORT told it to, within ${waited}: it listens on port ${open.join(' and ')}`,
      'Let the app listen on the port that PORT names, or pass it on in the command: {port} there becomes the port.',
      { details: lines },
    );
  return new UserError(
    'app-not-ready',
    `${name} did not open port ${port} within ${waited}: it listens on no port`,
    'Is it the command that serves HTTP? It must listen on the port that PORT names ({port} in the command), not on a Unix socket. --ready-timeout gives it more time.',
    { details: lines },
  );
}
