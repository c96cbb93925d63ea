import { setTimeout as wait } from 'node:timers/promises';
import type { Reply } from '../model/observation.ts';
import { describeExit } from '../supervisor/hosts/host.ts';
import { isAlive } from '../supervisor/stop.ts';
import type { Slot } from './slot.ts';

/** How long the news of a process's death may lag behind the connection that broke with it. */
const NEWS_MS = 250;
const LAST_LINES = 10;

/** The reply with why it is none: whether the process has died of the request, and what it said last. */
export async function explainSilence(reply: Reply, { process, worker }: Slot): Promise<Reply> {
  if (reply.outcome === 'answered' || reply.outcome === 'unsent') return reply;
  const died = process.fellSilent.then((exit) => `the process died (it ${describeExit(exit)})`);
  const over = new AbortController();
  const lives = wait(NEWS_MS, null, { signal: over.signal }).catch(() => null);
  const reason = await Promise.race([died, lives]);
  over.abort();
  if (reason === null && worker !== null && !isAlive(worker.pids[worker.place]))
    return { ...reply, reason: 'the worker died', output: process.output().slice(-LAST_LINES) };
  return reason === null ? reply : { ...reply, reason, output: process.output().slice(-LAST_LINES) };
}
