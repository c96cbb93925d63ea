import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isTaken } from '../../src/explore/asked.ts';
import { type ExploreAtOptions, exploreAt } from '../../src/explore/explore-at.ts';
import { workspace } from '../support/cli.ts';

export interface Asked {
  readonly route: string;
  readonly text: string;
  readonly headers: IncomingMessage['headers'];
}

export type App = (asked: Asked, response: ServerResponse) => void;

/** Visits an app that runs in this process, in a folder with these files. */
export async function visited(app: App, options: Partial<ExploreAtOptions> = {}, files: Record<string, string> = {}) {
  await using folder = await workspace(files);
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const one = { route: `${request.method} ${request.url}`, text, headers: request.headers };
    asked.push(one);
    app(one, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const began = performance.now();
  try {
    const { exploration } = await exploreAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
      id: '3f2e1a07',
      folder: folder.path,
      packages: [],
      steps: 30,
      timeMs: 20_000,
      destructive: true,
      writes: true,
      openapi: null,
      auth: null,
      stepTimeoutMs: 5000,
      ofProcesses: ['/metrics'],
      mayNotWrite: () => null,
      signal: new AbortController().signal,
      ...options,
    });
    const taken = exploration.visitor.visits.filter(isTaken);
    return {
      exploration,
      asked,
      ms: performance.now() - began,
      routes: taken.map(({ asked: { method, target } }) => `${method} ${target}`),
    };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Answers with a page. */
export function page(response: ServerResponse, body: string): void {
  response.setHeader('content-type', 'text/html').end(body);
}

/** Answers with JSON. */
export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
