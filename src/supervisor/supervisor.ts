import pLimit from 'p-limit';
import type { App } from '../model/app.ts';
import { type Booted, boot } from './boot.ts';
import { brandedProcesses, newBrand } from './brand.ts';
import { watchConnections } from './connections.ts';
import { type Guardian, startGuardian } from './guardian.ts';
import type { Disk } from './hosts/host.ts';
import { markedProcesses, RUN_MARK, residentBytes } from './marks.ts';
import { createPorts } from './ports.ts';
import type { Process } from './process.ts';
import { noHabits } from './readiness.ts';
import { endAll, stopTree } from './stop.ts';
import { findWorkers, ownerOf } from './workers.ts';

/** Starts processes of an app and sees to it that none is left, however we end. */
export interface Supervisor extends AsyncDisposable {
  /**
   * Starts a process and resolves when it is ready. Throws a UserError that says why it did not get ready, with its last
   * lines; nothing of it is left running then. `env` is added to the app's.
   */
  start(name: string, options: StartOptions): Promise<Process>;
  /** Ends every process, also those that are still starting. */
  stopAll(): Promise<void>;
  /**
   * Ends whatever of the run is still alive after `stopAll`, such as what a process has started as it ended. Ids of those that could not be ended
   * within 2 s.
   */
  endLeftovers(): Promise<number[]>;
}

export interface StartOptions {
  readonly disk: Disk;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it is to answer requests, and so is ready when it can; by default it is. */
  readonly serves?: boolean;
  /** Is given what it writes, as it arrives. */
  readonly onOutput?: (chunk: Buffer) => void;
  /** Is given what it writes to standard error, which `onOutput` is not given then. */
  readonly onError?: (chunk: Buffer) => void;
}

export interface SupervisorOptions {
  readonly app: App;
  /** Names the run, as no other run on this machine is named: processes are marked with it. */
  readonly runId: string;
  /** Once aborted, nothing starts and everything ends without grace. */
  readonly signal?: AbortSignal;
  /** How many processes may boot at the same time. */
  readonly maxBoots?: number;
  /** By default one of its own. */
  readonly guardian?: Guardian;
  /** What processes of the run inherit (see `Brand.hard`); `null`: nothing. By default a new one. */
  readonly brand?: number | null;
  /** Numbers that tell the processes of a run apart, each given once: from one source for all supervisors of a run. By default its own. */
  readonly nextNumber?: () => number;
}

/** A source of numbers from 1. */
export function createNumbers(): () => number {
  let last = 0;
  return () => ++last;
}

/** A supervisor for one app. Disposing it ends every process. */
export function createSupervisor({
  app,
  runId,
  signal: abort,
  maxBoots = 2,
  brand = newBrand(),
  guardian = startGuardian(runId, brand),
  nextNumber = createNumbers(),
}: SupervisorOptions): Supervisor {
  const ports = createPorts();
  const limit = pLimit(maxBoots);
  const running = new Map<Booted, Stopper>();
  const habits = noHabits();
  let generation = new AbortController();
  /** An app that once ignored SIGTERM is no longer asked when a trial is over. */
  let ignoresTerm = false;

  const start: Supervisor['start'] = (name, { disk, env = {}, serves = true, onOutput, onError }) => {
    const signal = abort === undefined ? generation.signal : AbortSignal.any([generation.signal, abort]);
    return limit(async () => {
      signal.throwIfAborted();
      const { port, release } = await ports.next();
      const booted = boot({
        app,
        disk,
        name,
        port,
        env,
        runId,
        brand,
        number: nextNumber(),
        habits,
        ...(onOutput === undefined ? {} : { onOutput }),
        onError,
      });
      if (booted.pid !== null) guardian.guard(booted.pid);
      const stopper = createStopper(booted, guardian, () => {
        release();
        running.delete(booted);
      });
      running.set(booted, stopper);
      try {
        const ready = await (serves ? booted.ready(signal) : booted.launched(signal));
        const stop = async (how: 'ask' | 'kill') => {
          const obeyed = await stopper(how === 'ask' && !abort?.aborted ? app.stopGraceMs : 0);
          if (how === 'ask' && !obeyed) ignoresTerm = true;
          return { obeyed };
        };
        const tree = { port, host: new URL(ready.origin).hostname.replace(/[[\]]/g, ''), mark: booted.mark };
        return {
          name,
          port,
          ...ready,
          fellSilent: booted.fellSilent,
          output: booted.output,
          workers: () => findWorkers(tree),
          ownerOf: (localPort) => ownerOf(tree, localPort),
          connections: watchConnections(() => markedProcesses(...booted.mark)),
          memory: () => residentBytes(markedProcesses(...booted.mark)),
          stop,
          leave: async () => {
            await stop(ignoresTerm ? 'kill' : 'ask');
          },
        };
      } catch (error) {
        await stopper(0);
        throw error;
      }
    });
  };

  const stopAll = async () => {
    generation.abort();
    generation = new AbortController();
    const graceMs = ignoresTerm || abort?.aborted ? 0 : app.stopGraceMs;
    const obeyed = await Promise.all([...running.values()].map((stopper) => stopper(graceMs)));
    if (graceMs > 0 && obeyed.includes(false)) ignoresTerm = true;
  };

  return {
    start,
    stopAll,
    endLeftovers: () =>
      endAll(() => [
        ...new Set([...markedProcesses(RUN_MARK, runId), ...(brand === null ? [] : brandedProcesses({ hard: brand }))]),
      ]),
    async [Symbol.asyncDispose]() {
      await stopAll();
      await guardian.close();
    },
  };
}

/** Ends one process, once: later calls wait for the first. Whether it obeyed. */
type Stopper = (graceMs: number) => Promise<boolean>;

function createStopper({ pid, mark, brand, exited }: Booted, guardian: Guardian, ended: () => void): Stopper {
  let stopping: Promise<boolean> | undefined;
  const stop = async (graceMs: number) => {
    const obeyed = pid === null || (await stopTree({ group: pid, mark, brand, graceMs }));
    await exited;
    if (pid !== null) guardian.release(pid);
    ended();
    return obeyed;
  };
  return (graceMs) => {
    stopping ??= stop(graceMs);
    return stopping;
  };
}
