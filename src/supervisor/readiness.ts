import { get } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Readiness } from '../model/app.ts';
import type { Output } from './output.ts';

const HOSTS = ['127.0.0.1', '[::1]'] as const;
/** It is asked again after a twentieth of the time that it has had, within these bounds. */
const QUICK_MS = 10;
const SLOW_MS = 100;
const ATTEMPT_MS = 2_000;

/** Resolves with the origin as soon as a process is ready; `null` when its time is up. Rejects when the signal aborts. */
export async function whenReady(port: number, { path, timeoutMs }: Readiness, signal: AbortSignal): Promise<string | null> {
  const began = performance.now();
  for (;;) {
    signal.throwIfAborted();
    for (const host of HOSTS) {
      const origin = `http://${host}:${port}`;
      if ((await accepts(host, port)) && (path === null || (await answers(origin + path)))) return origin;
    }
    const passed = performance.now() - began;
    if (passed >= timeoutMs) return null;
    await wait(Math.min(SLOW_MS, Math.max(QUICK_MS, passed / 20)), undefined, { signal });
  }
}

/** For a process that opens no port: resolves when it has written its text, or its time has passed; false if it does not write it in time. */
export async function standsUp(
  output: Output,
  { log = null, delayMs = 0, timeoutMs }: Readiness,
  signal: AbortSignal,
): Promise<boolean> {
  if (log === null) {
    await wait(delayMs, undefined, { signal });
    return true;
  }
  const began = performance.now();
  while (!output.lines().some((line) => line.includes(log))) {
    if (performance.now() - began >= timeoutMs) return false;
    await wait(QUICK_MS, undefined, { signal });
  }
  return true;
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: host.replace(/[[\]]/g, ''), port, timeout: ATTEMPT_MS });
    const end = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}

function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: ATTEMPT_MS }, (response) => {
      response.resume();
      response.once('close', () => resolve((response.statusCode ?? 500) < 400));
      response.once('error', () => {});
      if (response.statusCode !== undefined && response.statusCode >= 400) response.destroy();
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
  });
}
