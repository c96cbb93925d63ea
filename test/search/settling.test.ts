import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { APPS, check } from '../support/cli.ts';

const SESSION = ['POST /enter', 'GET /about', 'GET /offers', 'POST /leave'].join('\n\n###\n');

/** Counts the processes that are started between `/enter` and `/leave`: successors of the one that took `/enter`. */
async function counter(): Promise<AsyncDisposable & { readonly origin: string }> {
  let [entered, successors] = [false, 0];
  const server = createServer((request, response) => {
    if (request.url === '/enter') [entered, successors] = [true, 0];
    else if (request.url === '/leave') entered = false;
    else if (entered) successors++;
    response.end(JSON.stringify({ successors: entered ? successors : 0 }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

it('a divergence that only several restarts bring about, and time mends, is youth and no finding', async () => {
  await using counts = await counter();
  const app = ['node', join(APPS, 'slow-successor.mjs')];
  const { report, exitCode, stderr } = await check(app, SESSION, ['--env', `COUNTER=${counts.origin}`]);
  expect(report?.findings, stderr).toEqual([]);
  expect(report?.problems.map(({ code }) => code)).toEqual(['slow-start']);
  expect(exitCode).toBe(0);
});
