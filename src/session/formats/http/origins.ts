import type { LeftOut, Template } from '../../../model/session.ts';
import { commonestOrigin, namedOrigins, originsByCount } from '../../origins.ts';
import type { SourceText } from './syntax.ts';
import { mergeText } from './target.ts';

/** Scheme, host and port, each of which may be missing, and then the path or nothing. */
const ORIGIN = /^\s*(?:([a-z][a-z0-9+.-]*):\/\/)?(?:[^/?#@\s]*@)?(\[[^\]]*\]|[\w.-]+)?(?::(\d+))?(?=[/?#]|$)/i;

/** The origin that a URL names, `http` where it names no scheme; `null` if it names none, or only a play would tell. */
export function originOf(url: Template): string | null {
  const [first] = mergeText(url);
  if (first?.kind !== 'text') return null;
  const [, scheme, host, port] = ORIGIN.exec(first.text) ?? [];
  // `users/1` names no host.
  const isHost = host !== undefined && (scheme !== undefined || port !== undefined || /^localhost$|\w\.\w/i.test(host));
  if (!isHost && (port === undefined || host !== undefined)) return null;
  const origin = `${scheme ?? 'http'}://${host ?? 'localhost'}${port === undefined ? '' : `:${port}`}`;
  return URL.canParse(origin) ? new URL(origin).origin : null;
}

/** The port that a URL names; `null` if it names none, or only a play would tell. */
export function portIn(url: Template): number | null {
  const [first] = mergeText(url);
  const port = first?.kind === 'text' ? ORIGIN.exec(first.text)?.[3] : undefined;
  return port === undefined ? null : Number(port);
}

/** A request of a file: where it goes and where it stands. */
export interface Addressed {
  readonly origin: string | null;
  readonly line: number;
}

/**
 * Which requests of a file are not of the app: those to other origins than the named ones, or, if none is named, to another port than most
 * go to. What names no origin goes to the app.
 */
export function elsewhere(source: SourceText, requests: readonly Addressed[], named: readonly string[]): LeftOut[] {
  const addressed = requests.flatMap(({ origin, line }) => (origin === null ? [] : [{ origin, line }]));
  const there = (sameness: (origin: string) => string) => originsByCount(addressed.map(({ origin }) => sameness(origin)));
  const own = named.length > 0 ? namedOrigins(source.name, there(String), named) : null;
  const port = commonestOrigin(there(portOf));
  const isOwn = (origin: string) => (own === null ? portOf(origin) === port : own.has(origin));
  return addressed.filter(({ origin }) => !isOwn(origin)).map(({ origin, line }) => ({ line, reason: `to ${origin}` }));
}

/** Ports that need not be written are one: files mix http and https of one app. */
function portOf(origin: string): string {
  return new URL(origin).port;
}
