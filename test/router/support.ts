import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, request, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';
import { afterEach } from 'vitest';
import { fixedPolicy } from '../../src/router/policies.ts';
import { type Router, type RouterOptions, startRouter } from '../../src/router/router.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** An HTTP app on a free port; ended after the test. */
export async function app(listener: RequestListener, host = '127.0.0.1'): Promise<{ origin: string; server: Server }> {
  const server = createServer({ requireHostHeader: false, maxHeaderSize: 65_536 }, listener);
  return { origin: await started(server, host), server };
}

/** A program that accepts connections and writes what it likes. */
export async function tcpApp(onSocket: (socket: Socket) => void): Promise<{ origin: string; server: TcpServer }> {
  const server = createTcpServer((socket) => onSocket(socket.on('error', () => {})));
  return { origin: await started(server, '127.0.0.1'), server };
}

/** A router that sends everything to `origin`, unless told otherwise. */
export async function routerTo(origin: string, options: Partial<RouterOptions> = {}): Promise<Router> {
  const target = { name: 'web.1', origin };
  const router = await startRouter({ policy: fixedPolicy(() => target), freshConnections: true, ...options });
  endings.push(() => router.close());
  return router;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: string[];
  readonly trailers: IncomingMessage['trailers'];
  readonly body: string;
}

/** One request on a connection of its own; rejects when the reply breaks off. */
export async function send(
  origin: string,
  path: string,
  options: { method?: string; headers?: readonly string[]; body?: string } = {},
): Promise<Reply> {
  const { port, hostname } = new URL(origin);
  const headers = ['Host', 'app.test', 'Connection', 'close', ...(options.headers ?? [])];
  const outgoing = request({
    host: hostname.replace(/[[\]]/g, ''),
    port,
    path,
    method: options.method ?? 'GET',
    headers,
    agent: false,
  });
  outgoing.end(options.body);
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  const body = await text(incoming);
  const { statusCode: status = 0, rawHeaders, trailers } = incoming;
  return { status, headers: incoming.headers, rawHeaders, trailers, body };
}

/** All of a stream as text; rejects when it breaks off. */
export async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('latin1');
}

/** Writes bytes to the router and gives all that comes back until the connection ends. */
export async function sendRaw(origin: string, bytes: string): Promise<string> {
  const socket = rawConnection(origin);
  socket.write(bytes, 'latin1');
  return text(socket);
}

/** A bare connection; ended after the test. */
export function rawConnection(origin: string): Socket {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  endings.push(() => socket.destroy());
  return socket;
}

/** Waits until the stream has delivered `wanted`, and gives all it delivered so far. */
export async function received(socket: Socket, wanted: string): Promise<string> {
  let seen = '';
  while (!seen.includes(wanted)) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    seen += chunk.toString('latin1');
  }
  return seen;
}

/** Values of every field of that name, in order. */
export function valuesOf(raw: readonly string[], name: string): string[] {
  return raw.filter((_, index) => index % 2 === 1 && raw[index - 1] === name);
}

/** An origin where nobody listens. */
export async function deadOrigin(): Promise<string> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}

async function started(server: TcpServer, host: string): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, host);
  await once(server, 'listening');
  endings.push(async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  return `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
}
