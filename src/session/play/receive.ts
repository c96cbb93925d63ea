import { header, type Reply } from '../../model/observation.ts';
import { type BodyLimits, readBody } from './body.ts';
import { type Connection, exchange, type Limits, type WireRequest } from './transport.ts';

/** Sends a request once and gives its reply with the body decoded, all within the limits; never rejects. */
export async function receive(
  connection: Connection,
  wire: WireRequest,
  limits: Limits & Pick<BodyLimits, 'maxTextBytes'>,
): Promise<Reply> {
  const started = performance.now();
  const received = await exchange(connection, wire, limits);
  const ms = performance.now() - started;
  if (received.kind !== 'answered') return { outcome: received.kind, reason: received.reason, ms };
  const { status, headers, raw, end } = received;
  const body = await readBody(raw, headers, { end, maxTextBytes: limits.maxTextBytes, maxBytes: limits.maxBytes });
  return { outcome: 'answered', status, headers, body, ms, tries: 1 };
}

/** What came through the router: where it has answered in a process's stead, what became of the request. */
export function routed(reply: Reply): Reply {
  if (reply.outcome !== 'answered') return reply;
  const outcome = header(reply.headers, 'x-share-nothing-outcome');
  return outcome === 'refused' || outcome === 'lost' ? { outcome, reason: reply.body.text.trim(), ms: reply.ms } : reply;
}
