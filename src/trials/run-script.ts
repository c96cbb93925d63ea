import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import type { Body, Exchange, Reply } from '../model/observation.ts';
import { RUN } from '../model/schedule.ts';
import type { Disk, Exit } from '../supervisor/hosts/host.ts';
import { rowsOf } from './service-rows.ts';
import type { TestBed } from './test-bed.ts';

/** Characters of an output or a result that are kept. */
const MAX_TEXT = 1024 * 1024;
/** A program that was killed has no code of its own. */
const KILLED = -1;

/** How often a disk is looked at that something is to be written to, in milliseconds. */
const LOOK_MS = 5;

/** Where its results are named, what it says meanwhile is no result. */
const NOTHING: Body = { text: '', bytes: 0, digest: '', binary: false, state: 'whole' };

/** One run of a script, and what it made. */
export interface ScriptRun {
  /** The run itself, then one exchange for each result. */
  readonly exchanges: readonly Exchange[];
  readonly ms: number;
  /** Whether it had started processes that outlived it; they have been ended. */
  readonly leaves: boolean;
}

export interface RunOptions {
  readonly disk: Disk;
  /** Name of the machine. */
  readonly by: string;
  /** Number of its first exchange, from 0. */
  readonly step: number;
  /** It is killed after so long, in milliseconds (`null`: as soon as something was written to its disk). No kill: it runs to its end. */
  readonly kill: { readonly afterMs: number | null } | null;
  /** How long it may take, in milliseconds. */
  readonly withinMs: number;
}

/** Runs the script of a bed on a disk. Throws a UserError if it cannot be started, or does not end in time. */
export async function runScript(bed: TestBed, { disk, by, step, kill, withinMs }: RunOptions): Promise<ScriptRun> {
  const { config, signal } = bed;
  const [output, errors] = [createCapture(), createCapture()];
  const began = performance.now();
  const started = await bed.supervisor.start(by, { disk, serves: false, onOutput: output.write, onError: errors.write });
  const over = new AbortController();
  const waiting = AbortSignal.any([signal, over.signal]);
  const pauses = [wait(kill?.afterMs ?? withinMs, null, { signal: waiting })];
  if (kill !== null && kill.afterMs === null) pauses.push(whenWritten(disk, waiting));
  for (const pause of pauses) pause.catch(() => {});
  try {
    const exit = await Promise.race([started.fellSilent, ...pauses]);
    signal.throwIfAborted();
    if (exit === null && kill === null) throw tooLong(config.app.command, withinMs, errors.lines());
    const ms = performance.now() - began;
    const leaves = exit !== null && (started.memory() ?? 0) > 0;
    await started.stop('kill');
    const run = exchange(
      bed,
      { step, by, method: RUN, target: config.app.command.join(' ') },
      answered(codeOf(exit), config.results.length === 0 ? output.body() : NOTHING),
    );
    const made: Exchange[] = [];
    for (const [index, result] of config.results.entries())
      made.push(exchange(bed, { step: step + 1 + index, by, method: 'READ', target: result }, await readResult(bed, disk, result)));
    const complaints = bed.redactor.heard(errors.lines());
    return { exchanges: [{ ...run, complaints }, ...made], ms, leaves };
  } finally {
    over.abort();
    await started.stop('kill');
  }
}

/** Resolves once something was written to a disk. */
async function whenWritten(disk: Disk, signal: AbortSignal): Promise<null> {
  while ((await disk.snapshot()).files.size === 0) await wait(LOOK_MS, null, { signal });
  return null;
}

function codeOf(exit: Exit | null): number {
  return exit?.code ?? KILLED;
}

function tooLong(command: readonly string[], withinMs: number, details: readonly string[]): UserError {
  return new UserError(
    'script-endless',
    `the script did not end within ${Math.round(withinMs / 1000)} s: ${command.join(' ')}`,
    'A script must end by itself; it reads nothing from standard input. Give it more time with --script-timeout.',
    { details },
  );
}

/** What a script made, as a reply: a file on its disk, what an address answers, or the rows of a table. */
async function readResult(bed: TestBed, disk: Disk, result: string): Promise<Reply> {
  if (/^https?:\/\//.test(result)) return fetched(result);
  const rows = await rowsOf(bed, result);
  if (rows !== null) return answered(0, bodyOf(Buffer.from(rows)));
  const path = resolve(bed.config.app.cwd, result);
  const { files } = await disk.snapshot();
  const entry = files.get(path);
  const source = entry === undefined ? path : entry.state === 'deleted' ? null : entry.source;
  const bytes = source === null ? null : await readFile(source).catch(() => null);
  return bytes === null ? { outcome: 'unsent', reason: 'there is no such file', ms: 0 } : answered(0, bodyOf(bytes));
}

async function fetched(url: string): Promise<Reply> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    const bytes = Buffer.from(await response.arrayBuffer());
    return answered(response.status, bodyOf(bytes));
  } catch (error) {
    return { outcome: 'lost', reason: error instanceof Error ? error.message : 'no answer', ms: 0 };
  }
}

function answered(status: number, body: Body): Reply {
  const type = /^\s*[[{]/.test(body.text) ? 'application/json' : 'text/plain';
  return { outcome: 'answered', status, headers: [['content-type', type]], body, ms: 0, tries: 1 };
}

function bodyOf(bytes: Buffer): Body {
  const text = bytes.subarray(0, MAX_TEXT).toString('utf8');
  const binary = bytes.length > MAX_TEXT || text.includes('\0');
  const digest = createHash('sha256').update(bytes).digest('hex');
  return { text: binary ? '' : text, bytes: bytes.length, digest, binary, state: 'whole' };
}

function exchange(
  { redactor }: TestBed,
  { step, by, method, target }: { step: number; by: string; method: string; target: string },
  reply: Reply,
): Exchange {
  const request = { method, target, headers: [], body: '' };
  return redactor.exchange({ step, by, visitor: 0, request, reply, issued: null, setsClock: false });
}

/** Keeps the beginning of a stream, and a digest of all of it, in bounded memory. */
function createCapture(): { write: (chunk: Buffer) => void; body: () => Body; lines: () => string[] } {
  const kept: Buffer[] = [];
  let [held, size, last] = [0, 0, Buffer.alloc(0)];
  const hash = createHash('sha256');
  return {
    write(chunk) {
      hash.update(chunk);
      size += chunk.length;
      if (held < MAX_TEXT) kept.push(chunk.subarray(0, MAX_TEXT - held));
      held = Math.min(MAX_TEXT, held + chunk.length);
      last = Buffer.concat([last, chunk]).subarray(-4096);
    },
    body() {
      const text = asShown(Buffer.concat(kept).toString('utf8'));
      // What is too long to be kept is compared by its digest.
      const binary = size > MAX_TEXT || text.includes('\0');
      return { text: binary ? '' : text, bytes: size, digest: hash.copy().digest('hex'), binary, state: 'whole' };
    },
    lines: () =>
      last
        .toString('utf8')
        .split(/\r?\n/)
        .filter((line) => line.trim() !== '')
        .slice(-10),
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is how they begin
const SEQUENCE = /\u001b\[[0-9;?]*[A-Za-z]/g;

/** How long something took, and how fast it went: two runs of a script may agree on it by chance. */
const DURATION =
  /(?<![\w.])\d+(?:\.\d+)?(?=\s?(?:[nµum]?s|sec(?:ond)?s?|min(?:ute)?s?|\w{1,10}\/s(?:ec)?)(?!\w))|(?<=\b(?:eta|elapsed|took|in)[:= ]+)\d+\.\d+/gi;

/** What a terminal would show: of a line that is written over, the last; and without times that it took. */
function asShown(text: string): string {
  return text
    .replace(SEQUENCE, '')
    .split(/\r?\n/)
    .map((line) => line.slice(line.lastIndexOf('\r') + 1))
    .join('\n')
    .replace(DURATION, '#');
}
