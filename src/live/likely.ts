import type { Likely } from '../model/live.ts';
import { header, headerValues, type Reply } from '../model/observation.ts';
import { fileKind } from '../oracle/file-kind.ts';
import type { RoutedRequest } from '../router/policies.ts';

export interface Clues {
  readonly request: RoutedRequest;
  readonly one: { readonly name: string; readonly reply: Reply };
  readonly other: { readonly name: string; readonly reply: Reply };
  /** Absolute paths of files that only the disk of the first, and only that of the other, holds. */
  readonly files: { readonly one: readonly string[]; readonly other: readonly string[] };
}

/** A JWT, or JSON in Base64 as signed cookies hold it. */
const SELF_CONTAINED = /(?:^|[^A-Za-z0-9])eyJ[A-Za-z0-9_-]{6,}/;
const SHOWN = 2;

/** Which rule two different answers to one request look to break, told by the replies, the visitor's tokens and the files written. */
export function likelyCause({ request, one, other, files }: Clues): Likely {
  const [at, away] = isTurnedAway(one.reply) && !isTurnedAway(other.reply) ? [other, one] : [one, other];
  const token = `${request.headers.cookie ?? ''} ${request.headers.authorization ?? ''}`;
  const isSession = isTurnedAway(away.reply) && !isTurnedAway(at.reply) && token.trim() !== '';
  const written = (at === one ? files.one : files.other).filter(isData);
  const names = written.slice(0, SHOWN).join(', ');
  if (isSession && SELF_CONTAINED.test(token))
    return { rule: 'boot-identity', why: `${away.name} refuses the token that ${at.name} accepts: is its key made at boot?` };
  if (isSession)
    return {
      rule: 'sticky-session',
      why: `${away.name} does not know the visitor that ${at.name} knows${names === '' ? '' : `; ${at.name} alone has written ${names}`}`,
    };
  const any = [...files.one, ...files.other].filter(isData).slice(0, SHOWN);
  if (any.length > 0) return { rule: 'local-disk', why: `only one of them has ${any.join(', ')}` };
  return { rule: 'process-memory', why: `neither has files that the other lacks: what differs is in memory` };
}

function isTurnedAway(reply: Reply): boolean {
  if (reply.outcome !== 'answered') return false;
  if (reply.status === 401 || reply.status === 403) return true;
  const isNewSession = headerValues(reply.headers, 'set-cookie').some((cookie) => /^[^=;]*(?:sess|sid|auth|token)/i.test(cookie));
  return (
    (reply.status >= 300 && reply.status < 400 && /log-?in|sign-?in|auth/i.test(header(reply.headers, 'location') ?? '')) ||
    isNewSession
  );
}

function isData(path: string): boolean {
  return !['log', 'lock', 'cache'].includes(fileKind(path));
}
