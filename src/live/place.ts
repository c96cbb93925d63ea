import { setTimeout as wait } from 'node:timers/promises';
import pLimit from 'p-limit';
import { messageOf } from '../errors.ts';
import type { ProcessType } from '../model/app.ts';
import type { LiveEvent, LiveProcess, Replacement } from '../model/live.ts';
import type { Target } from '../router/policies.ts';
import type { Checkpoint } from '../supervisor/hosts/checkpoint.ts';
import { type Disk, describeExit, type Exit, type Host } from '../supervisor/hosts/host.ts';
import type { Process } from '../supervisor/process.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { lineSplitter } from './lines.ts';
import { hashesWritten, pathsWritten } from './written.ts';

export interface PlaceOptions {
  readonly type: ProcessType;
  readonly supervisor: Supervisor;
  readonly host: Host;
  readonly tell: (event: LiveEvent) => void;
  /** Resolves when nobody waits any more for a reply from there, or when that takes too long. */
  readonly drained: (origin: string) => Promise<void>;
  /** How many requests are being answered there. */
  readonly openAt: (origin: string) => number;
  /** Is given the end of a process that nobody asked to end; whether another is to take its place. */
  readonly died: (exit: Exit) => boolean;
}

/** Where one process of a type stands, and after it another, by the same name. What is done to it is done one after the other. */
export interface Place {
  readonly name: string;
  readonly number: number;
  /** Starts its first process. Rejects if that does not start; nothing stands there then. */
  start(): Promise<void>;
  /** Goes on trying what could not be started, in growing intervals. */
  keepTrying(why: unknown): void;
  /** One that has ended, or waits to be started again, is started at once. */
  replace(how: Replacement): Promise<void>;
  /** Takes what has been written off its disk, while its process runs. */
  wipe(): Promise<void>;
  /** Looks at what was written to its disk, for `view`. */
  look(): Promise<void>;
  /** What was written to its disk: a hash of the content of each file by its absolute path. Nothing where disks are not apart. */
  written(): Promise<ReadonlyMap<string, string>>;
  /** `null`: nobody is there to answer. */
  target(): Target | null;
  view(): LiveProcess;
  /** Ends its process when it has answered what it owes, and removes its disk. */
  remove(): Promise<void>;
  /** From now on nothing is started. To be followed by the end of all processes, then by `dispose`. */
  close(): void;
  dispose(): Promise<void>;
}

/** A process that lived for so long has started well. */
const SETTLED_MS = 10_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** Files that are listed of a disk. */
const SHOWN_FILES = 5;

/** A place with a new disk, where nobody stands yet. */
export async function createPlace(number: number, options: PlaceOptions): Promise<Place> {
  const { type, supervisor, host, tell, drained } = options;
  const name = `${type.name}.${number}`;
  const serves = type.port !== null;
  const queue = pLimit(1);
  let { disk, blank } = await newDisk();
  let process: Process | null = null;
  let state: LiveProcess['state'] = 'starting';
  /** How often in a row it has ended soon. */
  let failures = 0;
  let starts = 0;
  let seen: LiveProcess['written'] = null;
  let isClosed = false;
  /** Whose last words are waited for when all is over. */
  let leaving: Process | null = null;
  /** Ends a pause before its next start. */
  let wake = () => {};

  async function newDisk(): Promise<{ disk: Disk; blank: Checkpoint }> {
    const disk = await host.createDisk({ hostname: host.ownDisks ? name.replace('.', '-') : null });
    return { disk, blank: await disk.checkpoint() };
  }

  /** Starts a process that takes the place as soon as it is ready. */
  async function start(): Promise<void> {
    const lines = lineSplitter((text) => tell({ kind: 'line', by: name, text }));
    if (process === null) state = 'starting';
    tell({ kind: 'starting', by: name });
    const next = await supervisor.start(name, { disk, serves, onOutput: lines.write });
    const born = performance.now();
    process = next;
    state = 'up';
    starts++;
    void next.fellSilent.then((exit) => {
      lines.flush();
      if (process === next) void comeBack(exit, performance.now() - born);
    });
    tell({ kind: 'started', by: name, pid: next.pid, bootMs: next.bootMs });
  }

  /** It has ended unasked: another is put in its place. */
  async function comeBack(exit: Exit, livedMs: number): Promise<void> {
    process = null;
    // What serves nothing may have done its work.
    if (!options.died(exit) || (!serves && exit.code === 0)) {
      state = 'ended';
      tell({ kind: 'ended', by: name, how: describeExit(exit), againMs: null });
      return;
    }
    failures = livedMs > SETTLED_MS ? 0 : failures + 1;
    await startAgain(describeExit(exit));
  }

  /** After a pause that grows as long as it keeps ending soon. */
  async function startAgain(why: string): Promise<void> {
    let how = why;
    while (!isClosed && process === null) {
      const againMs = failures === 0 ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
      state = 'waiting';
      tell({ kind: 'ended', by: name, how, againMs });
      const waking = new AbortController();
      wake = () => waking.abort();
      await wait(againMs, undefined, { signal: waking.signal }).catch(() => {});
      try {
        await queue(() => (isClosed || process !== null ? undefined : start()));
      } catch (error) {
        how = messageOf(error);
        failures++;
      }
    }
  }

  function keepTrying(why: unknown): void {
    failures++;
    void startAgain(messageOf(why));
  }

  async function stop(why: 'crash' | 'scale'): Promise<void> {
    const old = process;
    process = null;
    if (old === null) return;
    tell({ kind: 'stopping', by: name, why });
    if (why === 'scale') await drained(old.origin);
    await old.stop(why === 'crash' ? 'kill' : 'ask');
  }

  /** The successor answers before its predecessor is asked to end, and that one answers whoever it owes a reply: nobody is turned away. */
  async function succeed(how: 'deploy' | 'relocate'): Promise<void> {
    const before = { process, disk, blank };
    try {
      if (how === 'relocate') ({ disk, blank } = await newDisk());
      await start();
    } catch (error) {
      if (disk !== before.disk) await disk.dispose();
      ({ disk, blank } = before);
      tell({ kind: 'kept', by: name, why: messageOf(error) });
      return;
    }
    tell({ kind: 'stopping', by: name, why: how });
    if (before.process !== null && serves) await drained(before.process.origin);
    await before.process?.stop('ask');
    if (disk !== before.disk) await before.disk.dispose();
  }

  async function replace(how: Replacement): Promise<void> {
    if (isClosed) return;
    if (process === null) {
      if (state === 'ended') await start();
      return;
    }
    if (how !== 'crash') return succeed(how);
    await stop('crash');
    await start().catch(keepTrying);
  }

  async function look(): Promise<void> {
    const paths = await pathsWritten(disk);
    seen = host.ownDisks ? { count: paths.length, paths: paths.slice(-SHOWN_FILES) } : null;
  }

  function close(): void {
    isClosed = true;
    if (process !== null) tell({ kind: 'stopping', by: name, why: 'end' });
    leaving = process;
    process = null;
    wake();
  }

  return {
    name,
    number,
    start: () => queue(start),
    keepTrying,
    replace: (how) => {
      wake();
      return queue(() => replace(how));
    },
    async wipe() {
      const files = (await disk.snapshot()).files.size;
      await disk.revert(blank, { unless: () => false });
      tell({ kind: 'wiped', by: name, files });
    },
    look,
    written: () => hashesWritten(disk),
    target: () => (process === null ? null : { name, origin: process.origin }),
    view: () => ({
      name,
      type: type.name,
      state,
      pid: process?.pid ?? null,
      restarts: Math.max(0, starts - 1),
      open: process === null ? 0 : options.openAt(process.origin),
      memory: process?.memory() ?? null,
      written: seen,
    }),
    async remove() {
      isClosed = true;
      wake();
      await queue(async () => {
        await stop('scale');
        await disk.dispose();
      });
      tell({ kind: 'gone', by: name });
    },
    close,
    dispose: () =>
      queue(async () => {
        await leaving?.fellSilent;
        await disk.dispose();
      }),
  };
}
