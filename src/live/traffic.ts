import { setTimeout as wait } from 'node:timers/promises';
import type { LiveRequest } from '../model/live.ts';
import type { RoutedRequest, Target } from '../router/policies.ts';
import type { Watcher } from '../router/watcher.ts';
import { createVisitors } from './visitors.ts';

export interface TrafficOptions {
  readonly ended: (request: LiveRequest) => void;
  /** Others that want to be told of a request; called once it is routed. */
  readonly watchers: readonly ((request: RoutedRequest, target: Target, visitor: number) => Watcher | null)[];
}

/** Who waits for whom. */
export interface Traffic {
  watch(request: RoutedRequest, target: Target | null): Watcher;
  /** Requests that are being answered there, upgraded connections too. */
  openAt(origin: string): number;
  /** Resolves when no reply is owed from there any more, or after a time. Streams of events and upgraded connections are not waited for. */
  drained(origin: string, withinMs: number): Promise<void>;
}

/** Counts requests by process. */
export function createTraffic({ ended, watchers }: TrafficOptions): Traffic {
  const owed = new Map<string, { open: number; streams: number; idle: (() => void)[] }>();
  const visitorOf = createVisitors();
  const countAt = (origin: string) => {
    const count = owed.get(origin) ?? { open: 0, streams: 0, idle: [] };
    owed.set(origin, count);
    return count;
  };
  return {
    watch(request, target) {
      const began = performance.now();
      const visitor = visitorOf(request);
      const count = target === null ? null : countAt(target.origin);
      const others = target === null ? [] : watchers.flatMap((watch) => watch(request, target, visitor) ?? []);
      const streams = isStream(request);
      if (count !== null) count.open++;
      if (count !== null && streams) count.streams++;
      return {
        sent(chunk) {
          for (const other of others) other.sent(chunk);
        },
        began(status, rawHeaders) {
          for (const other of others) other.began(status, rawHeaders);
        },
        received(chunk) {
          for (const other of others) other.received(chunk);
        },
        ended(end) {
          if (count !== null) {
            count.open--;
            if (streams) count.streams--;
            if (count.open === count.streams) for (const tell of count.idle.splice(0)) tell();
            if (count.open === 0 && target !== null) owed.delete(target.origin);
          }
          for (const other of others) other.ended(end);
          const { method, path } = request;
          ended({ by: target?.name ?? null, visitor, method, path, ...end, ms: performance.now() - began });
        },
      };
    },
    openAt: (origin) => owed.get(origin)?.open ?? 0,
    async drained(origin, withinMs) {
      const count = owed.get(origin);
      if (count === undefined || count.open === count.streams) return;
      const over = new AbortController();
      const idle = new Promise<void>((resolve) => count.idle.push(resolve));
      await Promise.race([idle, wait(withinMs, undefined, { signal: over.signal }).catch(() => {})]);
      over.abort();
    },
  };
}

/** Whether its reply may last as long as the visitor stays: a stream of events, or an upgraded connection. */
export function isStream({ headers }: RoutedRequest): boolean {
  return headers.upgrade !== undefined || /text\/event-stream/.test(headers.accept ?? '');
}
