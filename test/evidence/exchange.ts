import type { Exchange } from '../../src/model/observation.ts';

/** An exchange with the given parts: what is sent, and what comes back. */
export function exchange(parts: {
  target?: string;
  headers?: [string, string][];
  sent?: string;
  received?: [string, string][];
  body?: string;
}): Exchange {
  const text = parts.body ?? '';
  return {
    step: 0,
    by: 'web.1',
    visitor: 0,
    issued: null,
    setsClock: false,
    request: { method: 'POST', target: parts.target ?? '/', headers: parts.headers ?? [], body: parts.sent ?? '' },
    reply: {
      outcome: 'answered',
      status: 200,
      headers: parts.received ?? [],
      body: { text, bytes: text.length, digest: '', binary: false, state: 'whole' },
      ms: 1,
      tries: 1,
    },
  };
}
