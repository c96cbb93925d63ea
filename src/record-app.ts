import { once } from 'node:events';
import { UserError } from './errors.ts';
import { PAGE_HEADERS, servePage } from './live/page-server.ts';
import { createRecorder } from './live/recorder.ts';
import { createVisitors } from './live/visitors.ts';
import type { Config } from './model/config.ts';
import { friendliest } from './model/schedule.ts';
import { createRecordDesk, type DeskOptions, type RecordDesk, recordCommand } from './record/desk.ts';
import { fixedPolicy } from './router/policies.ts';
import { startRouter } from './router/router.ts';
import { describeExit } from './supervisor/hosts/host.ts';
import { startProcesses, stopProcesses } from './trials/trial-processes.ts';
import { unrecorded } from './trials/unrecorded.ts';

export interface RecordOptions extends Omit<DeskOptions, 'recorder' | 'origin' | 'upgrades'> {
  /** Where the app is visited. */
  readonly port: number;
  /** The page and its port; `null`: there is none. */
  readonly page: { readonly port: number; readonly html: string } | null;
  /** It is over once aborted. */
  readonly signal: AbortSignal;
  /** Is told when it can be used. */
  readonly opened: (where: { origin: string; page: string | null; desk: RecordDesk }) => void;
  /** Is told of each request that was answered, in words. */
  readonly answered: (request: { method: string; path: string; status: number }) => void;
}

/**
 * Runs an app in one process behind a router, on a disk of its own and with services of its own, and records what is asked until it is told
 * to end. Gives what `finish` makes of it while the app still runs. Throws a UserError if the app or the router does not start, or the app
 * ends by itself; what was recorded until then is given to `finish` first.
 */
export function recordApp<T>(config: Config, options: RecordOptions, finish: (desk: RecordDesk) => Promise<T>): Promise<T> {
  const { signal } = options;
  // What is being started is broken off; what runs is ended in good order.
  const starting = new AbortController();
  const breakOff = () => starting.abort();
  signal.addEventListener('abort', breakOff, { once: true });
  return unrecorded(config, { name: 'recording', signal: starting.signal }, async (bed) => {
    const processes = await startProcesses(bed, friendliest(1), bed.nextTrial());
    try {
      const process = processes.slots.get(0)?.process;
      if (process === undefined) throw new Error('no process was started');
      starting.signal.throwIfAborted();
      signal.removeEventListener('abort', breakOff);
      const recorder = createRecorder({ keptMs: Number.POSITIVE_INFINITY });
      const visitorOf = createVisitors();
      let upgrades = 0;
      await using router = await startRouter({
        policy: fixedPolicy(() => process),
        freshConnections: false,
        port: options.port,
        watch(request) {
          if (request.headers.upgrade !== undefined) upgrades++;
          const watcher = recorder.watch(request, visitorOf(request));
          if (watcher === null) return null;
          return {
            ...watcher,
            ended(end) {
              watcher.ended(end);
              options.answered({ ...request, status: end.status });
            },
          };
        },
      });
      const desk = createRecordDesk({ ...options, recorder, origin: router.origin, upgrades: () => upgrades });
      await using page = options.page === null ? null : await serve(options.page, desk);
      options.opened({ origin: router.origin, page: page?.origin ?? null, desk });
      const end = await Promise.race([signal.aborted ? null : once(signal, 'abort').then(() => null), process.fellSilent]);
      const result = await finish(desk);
      if (end === null) return result;
      throw new UserError(
        'app-ended',
        `the app ended while it was recorded: ${describeExit(end)}`,
        'What it wrote last stands above.',
        { details: process.output().slice(-8) },
      );
    } finally {
      await stopProcesses(bed, processes);
    }
  });
}

function serve({ port, html }: { port: number; html: string }, desk: RecordDesk) {
  return servePage({
    what: 'page',
    port,
    hint: 'Choose another port with --page-port, or do without: --no-page.',
    page: html,
    get: {
      '/state': (request, reply) => {
        const state = desk.state();
        const isKnown = new URL(request.url ?? '', 'http://localhost').searchParams.get('version') === String(state.version);
        reply.writeHead(isKnown ? 204 : 200, { ...PAGE_HEADERS, 'content-type': 'application/json' });
        reply.end(isKnown ? undefined : JSON.stringify(state));
      },
    },
    command: recordCommand,
    run: desk.run,
  });
}
