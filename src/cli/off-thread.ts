import { getHeapStatistics } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { UserError } from '../errors.ts';
import type { Progress } from '../model/progress.ts';
import { EXIT } from './exit-code.ts';
import { interruptible } from './interrupt.ts';
import type { News, PlainError, Results, Task } from './tasks.ts';

export interface OffThreadOptions {
  readonly onProgress?: (progress: Progress) => void;
  /** Prints a line for the person who interrupts. */
  readonly say: (line: string) => void;
}

/** How long the thread may take to hear of an interruption before it counts as too busy to. */
const HEARING_MS = 2_000;
const MIB = 1024 * 1024;

/**
 * Does a task on a thread of its own. The first Ctrl-C, SIGTERM or SIGHUP asks it to end in good order; the second, or the first
 * that it is too busy to hear, ends this process at once, whose guardian ends the app's.
 */
export async function offThread<Kind extends Task['kind']>(
  task: Task & { kind: Kind },
  { say, onProgress }: OffThreadOptions,
): Promise<Results[Kind]> {
  const thread = new Worker(new URL('./thread.js', import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: Math.floor(getHeapStatistics().heap_size_limit / MIB) },
  });
  let deaf: NodeJS.Timeout | undefined;
  using _interrupt = interruptible(() => {
    say('interrupted: stopping the processes; again to leave at once');
    thread.postMessage('interrupt');
    deaf = setTimeout(() => {
      say('too busy to stop in good order: leaving at once');
      process.exit(EXIT.none);
    }, HEARING_MS);
  });
  try {
    return await new Promise((resolve, reject) => {
      thread.on('message', (news: News) => {
        if (news.kind === 'progress') onProgress?.(news.progress);
        else if (news.kind === 'interrupted') clearTimeout(deaf);
        else if (news.kind === 'done') resolve(news.result as Results[Kind]);
        else reject(revive(news.error));
      });
      thread.once('error', reject);
      thread.once('exit', (code) => reject(new Error(`the thread ended without a result (${code})`)));
    });
  } finally {
    clearTimeout(deaf);
    await thread.terminate();
  }
}

function revive({ message, stack, user }: PlainError): Error {
  if (user !== null) return new UserError(user.code, message, user.hint, { details: user.details });
  return Object.assign(new Error(message), { stack });
}
