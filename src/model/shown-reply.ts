import type { ShownReply } from './finding.ts';
import { type Headers, header, type Reply } from './observation.ts';

/** Enough of a body to compare it by. */
const MAX_BODY = 4_000;

/** Fields that count; the others are of transport, caches and clocks. */
const COMPARED: readonly string[] = ['content-type', 'location', 'set-cookie'];

/** A reply with those of its headers that are compared, and the beginning of its body. Hostile text. */
export function showReply(reply: Reply): ShownReply {
  if (reply.outcome !== 'answered') return { status: null, reason: reply.reason, headers: [], type: '', body: '', bytes: 0 };
  const { status, headers, body } = reply;
  return {
    status,
    reason: '',
    headers: headersThatCount(headers),
    type: header(headers, 'content-type') ?? '',
    body: body.binary ? '' : body.text.slice(0, MAX_BODY),
    bytes: body.bytes,
  };
}

/** Those fields of a header section that are compared. */
export function headersThatCount(headers: Headers): Headers {
  return headers.filter(([name]) => COMPARED.includes(name));
}
