import { type ClientRequest, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type ReplyMarks, relayFailure, relayReply } from './forward.ts';
import { hasBody, headText } from './headers.ts';

/**
 * Whether the request may leave HTTP/1.1. A request with a body, or for HTTP/2 in clear text (which some clients offer with
 * every request), is better answered as if it had not asked.
 */
export function mayUpgrade(request: IncomingMessage): boolean {
  return request.method === 'GET' && !hasBody(request) && !/^h2c\b/i.test(request.headers.upgrade ?? '');
}

/** Gives the connection back to `server` with the same request, without its wish to upgrade. */
export function declineUpgrade(server: Server, request: IncomingMessage, socket: Socket, head: Buffer): void {
  const headers = request.rawHeaders.filter((_, index) => {
    const name = request.rawHeaders[index - (index % 2)]?.toLowerCase();
    return name !== 'upgrade' && name !== 'connection' && name !== 'http2-settings';
  });
  let text = `${request.method} ${request.url} HTTP/${request.httpVersion}\r\n`;
  for (let index = 0; index < headers.length; index += 2) text += `${headers[index]}: ${headers[index + 1]}\r\n`;
  socket.unshift(Buffer.concat([Buffer.from(`${text}\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
  socket.resume();
}

/**
 * Sends the request on and, when the app agrees, joins both connections byte for byte until one of them ends. An app that
 * does not agree is answered for like any other reply, and the connection is closed after it.
 */
export function forwardUpgrade(
  { reply, socket, head }: { reply: ServerResponse; socket: Socket; head: Buffer },
  upstream: ClientRequest,
  marks: ReplyMarks,
): void {
  relayFailure(reply, upstream);
  upstream.on('response', (incoming) => relayReply(reply, incoming, marks));
  upstream.on('upgrade', (incoming, upstreamSocket: Socket, upstreamHead) => {
    marks.watcher?.began(101, incoming.rawHeaders);
    reply.statusCode = 101;
    reply.detachSocket(socket);
    reply.destroy();
    socket.write(headText(101, incoming.statusMessage ?? '', incoming.rawHeaders), 'latin1');
    if (upstreamHead.length > 0) socket.write(upstreamHead);
    if (head.length > 0) upstreamSocket.write(head);
    splice(socket, upstreamSocket);
  });
  socket.on('close', () => upstream.destroy());
  upstream.end();
}

/** A reply on a connection that Node's server has let go of; the connection is ended after it. */
export function detachedReply(request: IncomingMessage, socket: Socket): ServerResponse {
  const reply = new ServerResponse(request);
  reply.shouldKeepAlive = false;
  reply.assignSocket(socket);
  socket.on('error', () => socket.destroy());
  socket.on('drain', () => reply.emit('drain'));
  reply.on('finish', () => socket.destroySoon());
  return reply;
}

function splice(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.setNoDelay(true);
    from.on('error', () => from.destroy());
    from.on('close', () => to.destroySoon());
    from.pipe(to);
  }
}
