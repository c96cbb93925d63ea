import { type ClientRequest, type IncomingMessage, type InformationEvent, type ServerResponse, STATUS_CODES } from 'node:http';
import { hasBody, headText, replyHeaders, trailerPairs } from './headers.ts';
import { answerFailure, breakOff } from './outcome.ts';
import type { AffinityCookie } from './policies.ts';
import type { Watcher } from './watcher.ts';

export interface ReplyMarks {
  /** Name of the process to tag the reply with; `null`: no tag. */
  readonly servedBy: string | null;
  readonly affinity: AffinityCookie | null;
  /** Is told how it fares; `null`: nobody is. */
  readonly watcher: Watcher | null;
}

/**
 * Streams `request` into `upstream` and its reply into `reply`, each at the pace of the slower side. Whatever goes wrong
 * upstream ends in a 502, or in a broken body when the reply had begun; nothing is sent twice.
 */
export function forward(request: IncomingMessage, reply: ServerResponse, upstream: ClientRequest, marks: ReplyMarks): void {
  relayFailure(reply, upstream);
  upstream.on('continue', () => {
    if (request.headers.expect !== undefined) reply.writeContinue();
  });
  upstream.on('information', (info) => relayInformation(reply, info));
  upstream.on('response', (incoming) => relayReply(reply, incoming, marks));
  reply.on('close', () => {
    if (!reply.writableFinished) upstream.destroy();
  });
  if (hasBody(request)) sendBody(request, upstream, marks.watcher);
  else upstream.end();
}

/** Answers `reply` with a reply that has arrived from an app, and ends it as the app ends it. */
export function relayReply(reply: ServerResponse, incoming: IncomingMessage, marks: ReplyMarks): void {
  const { watcher } = marks;
  incoming.on('error', () => breakOff(reply));
  watcher?.began(incoming.statusCode ?? 0, incoming.rawHeaders);
  if (!startReply(reply, incoming, marks)) {
    incoming.destroy();
    return;
  }
  let wrote = false;
  incoming.on('data', (chunk: Buffer) => {
    wrote = true;
    watcher?.received(chunk);
    if (!reply.write(chunk)) incoming.pause();
  });
  reply.on('drain', () => incoming.resume());
  incoming.on('end', () => {
    wrote = true;
    endReply(reply, incoming);
  });
  // Body bytes of the same packet have been written by now; otherwise the client must not wait for the first ones.
  process.nextTick(() => {
    if (!wrote && !reply.destroyed) reply.flushHeaders();
  });
}

/** Turns an upstream failure into a 502 that tells whether the request may have taken effect. */
export function relayFailure(reply: ServerResponse, upstream: ClientRequest): void {
  let connected = false;
  let incoming: IncomingMessage | null = null;
  upstream.on('response', (arrived) => (incoming = arrived));
  upstream.on('socket', (socket) => {
    if (socket.connecting) socket.once('connect', () => (connected = true));
    else connected = true;
  });
  const fail = (): void => {
    // A reply that is complete owes nothing to the rest of the request, nor to bytes that follow it.
    if (incoming?.complete) return;
    if (reply.headersSent) breakOff(reply);
    else answerFailure(reply, connected ? 'lost' : 'refused');
  };
  upstream.on('error', fail);
  // Node ends a request without any error when an app switches protocols unasked.
  upstream.on('close', () => {
    if (incoming === null) fail();
  });
}

function relayInformation(reply: ServerResponse, info: InformationEvent): void {
  // 100 is relayed only to a client that waits for it. A reply that is not yet in turn on its connection has no socket.
  if (info.statusCode === 100 || reply.headersSent || reply.req.httpVersion === '1.0') return;
  reply.socket?.write(headText(info.statusCode, info.statusMessage, info.rawHeaders), 'latin1');
}

function startReply(reply: ServerResponse, incoming: IncomingMessage, marks: ReplyMarks): boolean {
  const status = incoming.statusCode ?? 502;
  const bodiless = status === 204 || status === 304 || reply.req.method === 'HEAD';
  const chunked = !bodiless && reply.req.httpVersion !== '1.0' && incoming.headers['content-length'] === undefined;
  const { servedBy, affinity } = marks;
  const headers = replyHeaders(incoming.rawHeaders, { servedBy, affinity, trailers: chunked });
  reply.sendDate = false;
  try {
    reply.writeHead(status, reasonOf(incoming), headers);
    return true;
  } catch {
    // Node refuses to write what the app has sent: a status or field that is not HTTP.
    answerFailure(reply, 'lost');
    return false;
  }
}

/** The reason phrase, which nobody goes by: one that may not be written gives way to the usual one. */
function reasonOf({ statusCode, statusMessage = '' }: IncomingMessage): string {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(statusMessage) ? statusMessage : (STATUS_CODES[statusCode ?? 0] ?? '');
}

function endReply(reply: ServerResponse, incoming: IncomingMessage): void {
  const trailers = trailerPairs(incoming.rawTrailers);
  try {
    if (trailers.length > 0) reply.addTrailers(trailers);
    reply.end();
  } catch {
    breakOff(reply);
  }
}

function sendBody(request: IncomingMessage, upstream: ClientRequest, watcher: Watcher | null): void {
  const send = (chunk: Buffer): void => {
    watcher?.sent(chunk);
    if (!upstream.write(chunk)) request.pause();
  };
  // Sent before the body: the client may wait for a 100, or produce its first chunk only later.
  upstream.flushHeaders();
  request.on('data', send);
  upstream.on('drain', () => request.resume());
  request.on('end', () => {
    const trailers = trailerPairs(request.rawTrailers);
    try {
      if (trailers.length > 0) upstream.addTrailers(trailers);
      upstream.end();
    } catch (error) {
      upstream.destroy(error instanceof Error ? error : undefined);
    }
  });
  upstream.on('close', () => {
    // The rest is read and dropped: closing on a client that still sends would lose the reply on its way.
    request.off('data', send);
    request.resume();
  });
}
