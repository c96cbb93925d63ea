import type { Likely } from '../model/live.ts';
import { fileKind } from '../oracle/values/file-kind.ts';
import type { RoutedRequest } from '../router/policies.ts';

export interface Clues {
  readonly request: RoutedRequest;
  /** Who answered the visitor, and who otherwise. */
  readonly one: string;
  readonly other: string;
  /** Which of them answers a visitor who has a token as strangers are answered; `null`: neither. */
  readonly stranger: string | null;
  /** Absolute paths of files that only the disk of the first, and only that of the other, holds, or with another content. */
  readonly files: { readonly one: readonly string[]; readonly other: readonly string[] };
}

/** A JWT, or JSON in Base64 as signed cookies hold it. */
const SELF_CONTAINED = /(?:^|[^A-Za-z0-9])eyJ[A-Za-z0-9_-]{6,}/;
const SHOWN = 2;

/** Which rule two different answers to one request look to break, told by the replies, the visitor's tokens and the files written. */
export function likelyCause({ request, one, other, stranger, files }: Clues): Likely {
  const written = [...files.one, ...files.other].filter(isData).slice(0, SHOWN).join(', ');
  const knows = stranger === one ? other : one;
  if (stranger !== null && SELF_CONTAINED.test(tokensOf(request)))
    return { rule: 'boot-identity', why: `${stranger} refuses the token that ${knows} accepts: is its key made at boot?` };
  if (stranger !== null) {
    const where = written === '' ? '' : `; they do not hold the same ${written}`;
    return { rule: 'sticky-session', why: `${stranger} answers as it answers strangers, ${knows} knows the visitor${where}` };
  }
  if (written !== '') return { rule: 'local-disk', why: `they do not hold the same ${written}` };
  return { rule: 'process-memory', why: 'both have written the same files: what differs is in memory' };
}

/** Where the visitor's tokens are; empty: there are none. */
export function tokensOf({ headers }: RoutedRequest): string {
  return [headers.cookie, headers.authorization].filter((text) => text !== undefined).join(' ');
}

function isData(path: string): boolean {
  return !['log', 'lock', 'cache'].includes(fileKind(path));
}
