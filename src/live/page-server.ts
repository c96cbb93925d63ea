import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { messageOf, UserError } from '../errors.ts';
import { listen } from '../router/listen.ts';

export interface PageOptions<Command> {
  /** What it is, for errors: `dashboard`. */
  readonly what: string;
  /** 0: a free one. */
  readonly port: number;
  /** What to do about a port that is taken. */
  readonly hint: string;
  /** As HTML. */
  readonly page: string;
  /** What else can be read, by path; the query is left to it. */
  readonly get: Readonly<Record<string, (request: IncomingMessage, reply: ServerResponse) => void | Promise<void>>>;
  /** What the page can have done. */
  readonly command: z.ZodType<Command>;
  /** Rejects with a UserError if it cannot be done. */
  readonly run: (command: Command) => Promise<void>;
}

/** A page that is served until it is disposed of. */
export interface ServedPage extends AsyncDisposable {
  readonly origin: string;
}

const MAX_COMMAND = 16 * 1024;
/** Header fields of everything that belongs to a page. */
export const PAGE_HEADERS = {
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
export async function servePage<Command>(options: PageOptions<Command>): Promise<ServedPage> {
  const { what, hint, page, get, command, run } = options;
  const server = createServer({ keepAliveTimeout: 5_000 });
  const port = await listen(server, { what, host: '127.0.0.1', port: options.port, hint });
  const names = ['127.0.0.1', 'localhost'].map((name) => `${name}:${port}`);

  const answer = async (request: IncomingMessage, reply: ServerResponse) => {
    const { host = '', origin, 'sec-fetch-site': site = 'same-origin' } = request.headers;
    if (!names.includes(host)) return refuse(reply, 421, `this name is not one of the ${what}`);
    if (site !== 'same-origin' && site !== 'none') return refuse(reply, 403, 'asked for by another site');
    const path = request.url?.replace(/\?.*$/s, '') ?? '';
    if (request.method === 'GET' && path === '/') {
      reply.writeHead(200, { ...PAGE_HEADERS, 'content-type': 'text/html; charset=utf-8' }).end(page);
      return;
    }
    const read = request.method === 'GET' && Object.hasOwn(get, path) ? get[path] : undefined;
    if (read !== undefined) return read(request, reply);
    if (request.method !== 'POST' || path !== '/command') return refuse(reply, 404, 'there is nothing here');
    // Browsers name the origin of every POST, and no other site can send this type without being asked first.
    if (origin !== `http://${host}` || request.headers['content-type'] !== 'application/json')
      return refuse(reply, 403, 'asked for by another site');
    const text = await bodyOf(request);
    const given = text === null ? null : command.safeParse(parsed(text));
    if (given === null || !given.success) return refuse(reply, 400, given === null ? 'too long' : z.prettifyError(given.error));
    await run(given.data);
    reply.writeHead(204, PAGE_HEADERS).end();
  };
  server.on('request', (request: IncomingMessage, reply: ServerResponse) => {
    answer(request, reply).catch((error: unknown) => refuse(reply, error instanceof UserError ? 409 : 500, messageOf(error)));
  });
  return {
    origin: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function refuse(reply: ServerResponse, status: number, why: string): void {
  if (reply.headersSent) reply.destroy();
  else reply.writeHead(status, { ...PAGE_HEADERS, 'content-type': 'text/plain; charset=utf-8' }).end(`${why}\n`);
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
