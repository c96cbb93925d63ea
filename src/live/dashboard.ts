import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { messageOf, UserError } from '../errors.ts';
import { type LiveState, MAX_PROCESSES, type Message, POLICIES, REPLACEMENTS, type Stamped } from '../model/live.ts';
import { listen } from '../router/listen.ts';
import type { Feed } from './feed.ts';

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

export interface Dashboard extends AsyncDisposable {
  readonly origin: string;
}

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
const MAX_COMMAND = 16 * 1024;
const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

/**
 * A page on a loopback port that shows what happens and acts on it. Only this machine's own names for itself are answered, so that no
 * other site can be made to point here (DNS rebinding), and only this page's own requests act (cross-site requests). Throws a UserError
 * if the port cannot be had.
 */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { page, run } = options;
  const server = createServer({ keepAliveTimeout: 5_000 });
  const port = await listen(server, {
    what: 'dashboard',
    host: '127.0.0.1',
    port: options.port,
    hint: 'Choose another port with --dashboard-port, or do without: --no-dashboard.',
  });
  const names = ['127.0.0.1', 'localhost'].map((name) => `${name}:${port}`);
  const streams = createStreams(options);

  const answer = async (request: IncomingMessage, reply: ServerResponse) => {
    const { host = '', origin, 'sec-fetch-site': site = 'same-origin' } = request.headers;
    if (!names.includes(host)) return refuse(reply, 421, 'this name is not one of the dashboard');
    if (site !== 'same-origin' && site !== 'none') return refuse(reply, 403, 'asked for by another site');
    if (request.method === 'GET' && request.url === '/') {
      reply.writeHead(200, { ...HEADERS, 'content-type': 'text/html; charset=utf-8' }).end(page);
      return;
    }
    if (request.method === 'GET' && request.url === '/events') return streams.add(reply);
    if (request.method !== 'POST' || request.url !== '/command') return refuse(reply, 404, 'there is nothing here');
    // Browsers name the origin of every POST, and no other site can send this type without being asked first.
    if (origin !== `http://${host}` || request.headers['content-type'] !== 'application/json')
      return refuse(reply, 403, 'asked for by another site');
    const text = await bodyOf(request);
    const given = text === null ? null : command.safeParse(parsed(text));
    if (given === null || !given.success) return refuse(reply, 400, given === null ? 'too long' : z.prettifyError(given.error));
    await run(given.data);
    reply.writeHead(204, HEADERS).end();
  };
  server.on('request', (request: IncomingMessage, reply: ServerResponse) => {
    answer(request, reply).catch((error: unknown) => refuse(reply, error instanceof UserError ? 409 : 500, messageOf(error)));
  });
  return {
    origin: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      streams.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
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
      reply.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' });
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

function refuse(reply: ServerResponse, status: number, why: string): void {
  if (reply.headersSent) reply.destroy();
  else reply.writeHead(status, { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' }).end(`${why}\n`);
}

/** `null`: it is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_COMMAND) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
