import type { Observation, Reply } from '../../src/model/observation.ts';
import { friendliest } from '../../src/model/schedule.ts';

/** A reply in short. */
export interface Told {
  readonly json?: unknown;
  readonly html?: string;
  readonly text?: string;
  readonly status?: number;
  readonly headers?: readonly (readonly [string, string])[];
}

/** The reply that was told of. */
export function answered({ json, html, text, status = 200, headers = [] }: Told): Reply {
  const body = json === undefined ? (html ?? text ?? '') : JSON.stringify(json);
  const type = json === undefined ? (html === undefined ? 'text/plain' : 'text/html') : 'application/json';
  return {
    outcome: 'answered',
    status,
    headers: [['content-type', type], ...headers],
    body: { text: body, bytes: body.length, digest: '', binary: false, state: 'whole' },
    ms: 1,
    tries: 1,
  };
}

/** A play of GET requests with these replies. */
export function play(
  replies: readonly Told[],
  options: { generated?: Record<string, string>; at?: string; targets?: string[] } = {},
): Observation {
  const exchanges = replies.map((told, step) => ({
    step,
    by: 'web.1',
    request: { method: 'GET', target: options.targets?.[step] ?? '/', headers: [], body: '' },
    reply: answered(told),
    visitor: 0,
    issued: null,
    setsClock: false,
  }));
  const at = options.at ?? '2026-05-01T10:00:00Z';
  return {
    trial: 1,
    session: 0,
    schedule: friendliest(replies.length),
    at,
    exchanges,
    replays: [],
    generated: options.generated ?? {},
    journal: null,
    stores: null,
    broken: null,
  };
}
