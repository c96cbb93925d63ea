import { getHeapStatistics } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { UserError } from '../../errors.ts';
import type { Progress } from '../../model/progress.ts';
import { packaged } from '../../packaged.ts';
import { EXIT } from '../outcome/exit-code.ts';
import { interruptible } from '../terminal/interrupt.ts';
import type { News, PlainError, Results, Task } from './tasks.ts';

export interface OffThreadOptions {
  /** One that was begun before. By default another is begun. */
  readonly thread?: Thread;
  readonly onProgress?: (progress: Progress) => void;
  /** Prints a line for the person who interrupts. */
  readonly say: (line: string) => void;
}

/** How long the thread may take to hear of an interruption before it counts as too busy to. */
const HEARING_MS = 2_000;
const MIB = 1024 * 1024;

/** A thread that loads what tasks need, and waits for one. */
export interface Thread extends AsyncDisposable {
  readonly worker: Worker;
}

/** Begins a thread, which loads while the caller still finds out what it is to do. */
export function beginThread(): Thread {
  const worker = new Worker(packaged('dist/cli/thread/thread.js'), {
    resourceLimits: { maxOldGenerationSizeMb: Math.floor(getHeapStatistics().heap_size_limit / MIB) },
  });
  return {
    worker,
    async [Symbol.asyncDispose]() {
      await worker.terminate();
    },
  };
}

/**
 * Does a task on a thread of its own, which ends with it. The first Ctrl-C, SIGTERM or SIGHUP asks it to end in good order; the second, or the first
 * that it is too busy to hear, ends this process at once, whose guardian ends the app's.
 */
export async function offThread<Kind extends Task['kind']>(
  task: Task & { kind: Kind },
  { say, onProgress, thread = beginThread() }: OffThreadOptions,
): Promise<Results[Kind]> {
  await using _ended = thread;
  const { worker } = thread;
  let deaf: NodeJS.Timeout | undefined;
  using _interrupt = interruptible(() => {
    say('interrupted: stopping the processes; again to leave at once');
    worker.postMessage('interrupt');
    deaf = setTimeout(() => {
      say('too busy to stop in good order: leaving at once');
      process.exit(EXIT.none);
    }, HEARING_MS);
  });
  try {
    return await new Promise((resolve, reject) => {
      worker.on('message', (news: News) => {
        if (news.kind === 'progress') onProgress?.(news.progress);
        else if (news.kind === 'interrupted') clearTimeout(deaf);
        else if (news.kind === 'done') resolve(news.result as Results[Kind]);
        else reject(revive(news.error));
      });
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`the thread ended without a result (${code})`)));
      worker.postMessage(task);
    });
  } finally {
    clearTimeout(deaf);
  }
}

function revive({ message, stack, user }: PlainError): Error {
  if (user !== null) return new UserError(user.code, message, user.hint, { details: user.details });
  return Object.assign(new Error(message), { stack });
}
