import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { APPS, check } from '../support/cli.ts';

// What both tell, they tell the test.
const SESSION = ['# @unread\nPOST /enter', 'GET /about', 'GET /offers', '# @unread\nPOST /leave'].join('\n\n###\n');

/** Tells each process that starts whether it is late. */
async function teller(isLate: (path: string) => boolean): Promise<AsyncDisposable & { readonly origin: string }> {
  const server = createServer((request, response) => response.end(JSON.stringify({ late: isLate(request.url ?? '') })));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function expectYouth(isLate: (path: string) => boolean, flags: readonly string[] = []): Promise<void> {
  await using counts = await teller(isLate);
  const app = ['node', join(APPS, 'slow-successor.mjs')];
  const { report, exitCode, stderr } = await check(app, SESSION, ['--env', `COUNTER=${counts.origin}`, ...flags]);
  expect(report?.findings, stderr).toEqual([]);
  expect(report?.problems.map(({ code }) => code)).toEqual(['slow-start']);
  expect(exitCode).toBe(0);
}

it('a divergence that only several restarts bring about, and time mends, is youth and no finding', async () => {
  let [entered, successors] = [false, 0];
  await expectYouth((path) => {
    if (path === '/enter') [entered, successors] = [true, 0];
    else if (path === '/leave') entered = false;
    else if (entered) successors++;
    return entered && successors > 1;
  });
});

it('controls that disagree only since processes were slow to settle are no chance', async () => {
  let started = 0;
  await expectYouth((path) => path === '/start' && ++started > 5, ['--env', 'DECLINES=1']);
});
