import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Reply } from '../../src/model/observation.ts';
import type { Session } from '../../src/model/session.ts';
import { parseHttpFile } from '../../src/session/formats/http/http-file.ts';
import { sourceText } from '../../src/session/formats/http/syntax.ts';
import { createPlay, type Play, type PlayOptions } from '../../src/session/play/player.ts';

/** A server for one test; its origin. */
export async function serve(listener: RequestListener): Promise<string> {
  return listen(createServer(listener));
}

/** A server that answers every connection with these bytes and closes it. */
export async function serveBytes(bytes: string): Promise<string> {
  return listen(createTcpServer((socket) => socket.on('error', () => {}).once('data', () => socket.end(bytes, 'latin1'))));
}

async function listen(server: Server | TcpServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** All of a request's body as text. */
export async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** A session written as a `.http` file. */
export function session(text: string, folder = '/nowhere'): Session {
  return parseHttpFile(sourceText('test.http', join(folder, 'test.http'), text), {
    variables: {},
    processEnv: {},
    httpEnv: null,
    origins: [],
  });
}

/** A play of a session against a server. */
export function play(of: Session | string, origin: string, options: Partial<PlayOptions> = {}): Play {
  const created = createPlay({
    session: typeof of === 'string' ? session(of) : of,
    origin,
    random: countingRandom(),
    now: () => new Date('2026-01-02T03:04:05.678Z'),
    stepTimeoutMs: 5000,
    address: '198.18.0.1',
    ...options,
  });
  onTestFinished(() => created.close());
  return created;
}

/** Plays all steps in order. */
export async function playAll(of: Session, origin: string): Promise<Reply[]> {
  const playing = play(of, origin);
  const replies: Reply[] = [];
  for (const index of of.steps.keys()) replies.push((await playing.send(index)).reply);
  return replies;
}

/** The reply if the app answered; fails the test otherwise. */
export function answered(reply: Reply): Extract<Reply, { outcome: 'answered' }> {
  if (reply.outcome !== 'answered') throw new Error(`${reply.outcome}: ${reply.reason}`);
  return reply;
}

function countingRandom(): () => number {
  let state = 1;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}
