import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { type LiveState, MAX_PROCESSES, type Message, POLICIES, REPLACEMENTS, type Stamped } from '../model/live.ts';
import type { Feed } from './feed.ts';
import { PAGE_HEADERS, type ServedPage, servePage } from './page-server.ts';

/** What a dashboard can have done. */
const command = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('replace'), process: z.string(), how: z.enum(REPLACEMENTS) }),
  z.object({ kind: z.literal('wipe'), process: z.string() }),
  z.object({ kind: z.literal('scale'), type: z.string(), count: z.int().min(0).max(MAX_PROCESSES) }),
  z.object({
    kind: z.literal('set'),
    setting: z.object({
      policy: z.enum(POLICIES).exactOptional(),
      replaceEvery: z
        .object({ ms: z.int().min(100).max(86_400_000), how: z.enum(REPLACEMENTS) })
        .nullable()
        .exactOptional(),
      mirror: z.boolean().exactOptional(),
    }),
  }),
  z.object({ kind: z.literal('save') }),
  z.object({ kind: z.literal('audit') }),
]);
export type Command = z.infer<typeof command>;

export interface DashboardOptions {
  /** 0: a free one. */
  readonly port: number;
  /** The page, as HTML. */
  readonly page: string;
  readonly state: () => LiveState;
  /** Looks at the disks, so that the state knows of them. */
  readonly look: () => Promise<void>;
  readonly feed: Feed;
  /** A page that takes nothing for so long is let go; browsers connect again by themselves. Default 10 s. */
  readonly stalledMs?: number;
  /** Rejects with a UserError if it cannot be done. */
  readonly run: (command: Command) => Promise<void>;
}

export type Dashboard = ServedPage;

const BATCH_MS = 100;
const STATE_MS = 1_000;
/** A page that does not keep up is sent no more requests and lines than this in one batch. */
const MAX_BATCH = 300;
/** What a page has not taken yet; it is sent nothing more until it has, in bytes. All pages share the second. */
const MAX_WAITING = 2 * 1024 * 1024;
const MAX_WAITING_OF_ALL = 16 * 1024 * 1024;
const STALLED_MS = 10_000;
/** So many times as long as a look at all disks has taken, none is taken again. */
const LOOK_PAUSE = 10;
/** The page of a simulation, on a loopback port. Throws a UserError if the port cannot be had. */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const streams = createStreams(options);
  const serving = servePage({
    what: 'dashboard',
    port: options.port,
    hint: 'Choose another port with --dashboard-port, or do without: --no-dashboard.',
    page: options.page,
    get: { '/events': (_, reply) => streams.add(reply) },
    command,
    run: options.run,
  });
  const served = await serving.catch((error: unknown) => {
    streams.close();
    throw error;
  });
  return {
    origin: served.origin,
    async [Symbol.asyncDispose]() {
      streams.close();
      await served[Symbol.asyncDispose]();
    },
  };
}

/** Pages that listen, each at its own pace (server-sent events). */
function createStreams({ state, look, feed, stalledMs = STALLED_MS }: DashboardOptions): {
  add(reply: ServerResponse): void;
  close(): void;
} {
  const replies = new Set<ServerResponse>();
  const most = () => Math.min(MAX_WAITING, MAX_WAITING_OF_ALL / Math.max(1, replies.size));
  const isFull = (reply: ServerResponse) => reply.writableLength > most();
  const send = (reply: ServerResponse, message: Message) => {
    if (!isFull(reply)) reply.write(`data: ${JSON.stringify(message)}\n\n`);
  };
  let nextLook = 0;
  /** Large disks are looked at less often. */
  const lookNow = async () => {
    const began = performance.now();
    if (began < nextLook) return;
    nextLook = Number.POSITIVE_INFINITY;
    await look().catch(() => {});
    nextLook = performance.now() + LOOK_PAUSE * (performance.now() - began);
  };
  const timer = setInterval(() => {
    if (replies.size === 0) return;
    void lookNow();
    const now = state();
    for (const reply of replies) send(reply, { kind: 'state', state: now });
  }, STATE_MS);
  return {
    async add(reply) {
      reply.writeHead(200, { ...PAGE_HEADERS, 'content-type': 'text/event-stream' });
      send(reply, { kind: 'state', state: state() });
      send(reply, { kind: 'events', events: feed.history(), missed: 0 });
      replies.add(reply);
      let waiting: Stamped[] = [];
      let missed = 0;
      const end = feed.listen((event) => {
        const isMany = event.kind === 'request' || event.kind === 'line';
        if (isMany && (waiting.length >= MAX_BATCH || isFull(reply))) missed++;
        else waiting.push(event);
      });
      const batches = setInterval(() => {
        if (waiting.length === 0 || isFull(reply)) return;
        send(reply, { kind: 'events', events: waiting, missed });
        waiting = [];
        missed = 0;
      }, BATCH_MS);
      let taken = reply.socket?.bytesWritten ?? 0;
      const stalled = setInterval(() => {
        const now = (reply.socket?.bytesWritten ?? 0) - (reply.socket?.writableLength ?? 0);
        if (reply.writableLength > 0 && now <= taken) reply.destroy();
        taken = now;
      }, stalledMs);
      reply.once('close', () => {
        end();
        clearInterval(batches);
        clearInterval(stalled);
        replies.delete(reply);
      });
    },
    close: () => clearInterval(timer),
  };
}
