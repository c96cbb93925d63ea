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
/** A process that takes so many times as long as the quickest does not do as they did. */
const UNUSUAL = 4;

/** What the boots of an app have shown so far: asking a process that cannot be ready yet takes from it the time in which it would get so. */
export interface Habits {
  /** Where it has answered; `null`: it never has. */
  host: (typeof HOSTS)[number] | null;
  /** The shortest time that a process has taken to get ready, in milliseconds. */
  soonestMs: number;
}

/** Of an app that has never booted. */
export function noHabits(): Habits {
  return { host: null, soonestMs: 0 };
}

/**
 * Resolves with the origin as soon as a process is ready; `null` when its time is up. Rejects when the signal aborts. Before half of the time that
 * others have taken at least it is not asked, and elsewhere than they have answered only where it takes much longer; what it does is added to `habits`.
 */
export async function whenReady(
  port: number,
  { path, timeoutMs }: Readiness,
  { signal, habits }: { signal: AbortSignal; habits: Habits },
): Promise<string | null> {
  const began = performance.now();
  await wait(Math.min(habits.soonestMs / 2, timeoutMs / 2), undefined, { signal });
  for (;;) {
    signal.throwIfAborted();
    const isAsUsual = habits.host !== null && performance.now() - began < UNUSUAL * habits.soonestMs;
    for (const host of isAsUsual ? HOSTS.filter((one) => one === habits.host) : HOSTS) {
      const origin = `http://${host}:${port}`;
      if (!(await accepts(host, port)) || (path !== null && !(await answers(origin + path)))) continue;
      const tookMs = performance.now() - began;
      habits.soonestMs = habits.host === null ? tookMs : Math.min(habits.soonestMs, tookMs);
      habits.host = host;
      return origin;
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
