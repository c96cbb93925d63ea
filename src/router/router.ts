import { type EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { forward, type ReplyMarks } from './forward.ts';
import { requestHeaders } from './headers.ts';
import { listen } from './listen.ts';
import { answerFailure } from './outcome.ts';
import type { Policy, RoutedRequest, Target } from './policies.ts';
import { declineUpgrade, detachedReply, forwardUpgrade, mayUpgrade } from './upgrade.ts';
import { createUpstreams, MAX_HEADER_BYTES, type Upstreams } from './upstream.ts';
import type { Watcher } from './watcher.ts';

/** Who was chosen to answer a request. */
export interface Decision {
  readonly method: string;
  /** Path and query exactly as the client sent them. */
  readonly path: string;
  /** Name of the chosen process; `null` when nobody was there. */
  readonly target: string | null;
  /** When, in milliseconds on the clock of `performance.now()`. */
  readonly at: number;
}

export interface RouterOptions {
  readonly policy: Policy;
  /** A new upstream connection for every request, closed after its reply; otherwise idle connections are used again. */
  readonly freshConnections: boolean;
  /** Address to listen on, `127.0.0.1` by default. */
  readonly host?: string;
  /** 0, the default, takes a free port. */
  readonly port?: number;
  /** Name the process that answered in `x-share-nothing-served-by`; off by default. */
  readonly tagReplies?: boolean;
  /** Called with every request and the name of who is to answer it; what it returns is told how the request fares. */
  readonly watch?: (request: RoutedRequest, target: Target | null) => Watcher | null;
  /** Called with every decision, before anything is sent. */
  readonly onDecision?: (decision: Decision) => void;
}

/** The reverse proxy in front of the `web` processes. */
export interface Router extends AsyncDisposable {
  readonly origin: string;
  readonly port: number;
  /** Decides from the next request on. */
  setPolicy(policy: Policy): void;
  /** Ends every connection at once, upgraded and streaming ones too. */
  close(): Promise<void>;
}

/** Starts a router; resolves once it listens. A port that cannot be had is a `UserError`. */
export async function startRouter(options: RouterOptions): Promise<Router> {
  const host = options.host ?? '127.0.0.1';
  // No limits of time: uploads, event streams and long polls last as long as client and app like.
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 60_000, maxHeaderSize: MAX_HEADER_BYTES, noDelay: true });
  const upstreams = createUpstreams();
  const sockets = trackSockets(server);
  const port = await listen(server, {
    what: 'router',
    host,
    port: options.port ?? 0,
    hint: 'Choose another port, or end the program that holds it.',
  });
  const setPolicy = route(server, { ...options, port, upstreams });
  const close = async (): Promise<void> => {
    const closed = server.listening ? once(server, 'close') : null;
    server.close();
    for (const socket of sockets) socket.destroy();
    upstreams.close();
    await closed;
  };
  return {
    origin: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    setPolicy,
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface RouteOptions extends RouterOptions {
  readonly port: number;
  readonly upstreams: Upstreams;
}

interface Choice {
  readonly target: Target;
  readonly marks: ReplyMarks;
  readonly withoutCookie: string | null;
}

/** What policies and watchers may look at. */
function routedOf(request: IncomingMessage): RoutedRequest {
  const { method = '', url = '', headers } = request;
  return { method, path: url, headers, address: request.socket.remoteAddress ?? '' };
}

/** What became of a reply, or of the connection that it gave way to. */
function endOf(reply: ServerResponse): { status: number; whole: boolean } {
  const upgraded = reply.statusCode === 101;
  return { status: reply.headersSent || upgraded ? reply.statusCode : 0, whole: reply.writableFinished || upgraded };
}

function route(server: Server, options: RouteOptions): (policy: Policy) => void {
  const { upstreams, port } = options;
  let { policy } = options;
  /** `over`: what closes when all is over. */
  const decide = (request: IncomingMessage, reply: ServerResponse, over: EventEmitter): Choice | null => {
    const routed = routedOf(request);
    const target = policy(routed);
    options.onDecision?.({ method: routed.method, path: routed.path, target: target?.name ?? null, at: performance.now() });
    const watcher = options.watch?.(routed, target) ?? null;
    if (watcher !== null) over.once('close', () => watcher.ended(endOf(reply)));
    if (target === null) return null;
    const marks = {
      servedBy: options.tagReplies === true ? target.name : null,
      affinity: policy.affinity?.(routed, target) ?? null,
      watcher,
    };
    return { target, marks, withoutCookie: policy.affinityCookie ?? null };
  };
  const open = (request: IncomingMessage, target: Target, withoutCookie: string | null, upgrade: boolean) =>
    upstreams.open(target, {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: requestHeaders(request, { port, fallbackHost: upstreams.hostOf(target), upgrade, withoutCookie }),
      fresh: upgrade || options.freshConnections,
    });
  const answer = (request: IncomingMessage, reply: ServerResponse): void => {
    const choice = decide(request, reply, reply);
    if (choice === null) {
      answerFailure(reply, 'nobody');
      return;
    }
    const { target, marks, withoutCookie } = choice;
    forward(request, reply, open(request, target, withoutCookie, false), marks);
  };
  server.on('request', answer);
  server.on('checkContinue', answer);
  server.on('checkExpectation', answer);
  server.on('upgrade', (request, socket: Socket, head) => {
    if (!mayUpgrade(request)) {
      declineUpgrade(server, request, socket, head);
      return;
    }
    const reply = detachedReply(request, socket);
    const choice = decide(request, reply, socket);
    if (choice === null) answerFailure(reply, 'nobody');
    else forwardUpgrade({ reply, socket, head }, open(request, choice.target, choice.withoutCookie, true), choice.marks);
  });
  return (next) => {
    policy = next;
  };
}

function trackSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}
