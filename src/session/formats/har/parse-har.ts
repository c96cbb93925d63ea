import { UserError } from '../../../errors.ts';
import type { Session, Step, Template } from '../../../model/session.ts';
import { refuseTooLong } from '../../bound.ts';
import { HOST } from '../../play/jar.ts';
import { isOwnHeader } from '../../play/request.ts';
import { recordedAs } from '../../recorded.ts';
import type { SourceText } from '../http/syntax.ts';
import { type Atom, bodyAtoms, headerAtoms, targetAtoms } from './atoms.ts';
import { type IssuedValues, indexIssued } from './captures.ts';
import { type HarEntry, readRecording } from './entries.ts';
import { withoutPolls } from './polls.ts';

/** What the jar keeps, and what asks for less than the whole reply. */
const DROPPED_HEADER = /^(cookie|if-(none-match|modified-since|match|unmodified-since|range)|accept-encoding|range)$/;
/** Fields that no app issues values for. */
const PLAIN_HEADER =
  /^(accept|accept-.*|user-agent|sec-.*|content-type|origin|dnt|cache-control|pragma|upgrade-insecure-requests|priority|x-requested-with)$/;

/**
 * Reads a recording that a browser exported: every request to the app itself becomes a step, redirects included. Values that
 * the app issued and the client sent back become variables. Throws only `UserError`.
 */
export function parseHar(source: SourceText, text: string, { origins }: { readonly origins: readonly string[] }): Session {
  const { entries: sent, leftOut, own } = readRecording(source, text, origins);
  const entries = withoutPolls(sent);
  if (entries.length === 0) {
    throw new UserError(
      'session-empty',
      `${source.name} holds no request that could be played`,
      'Record again, with the network panel open before the page loads.',
    );
  }
  refuseTooLong(source.name, entries.length);
  return { name: source.name, file: source.file, steps: stepsOf(entries, own), leftOut, environment: [] };
}

/** Requests with their replies as steps: what a reply had issued becomes a variable of those that sent it back. `own`: the app's origins. */
export function stepsOf(entries: readonly HarEntry[], own: ReadonlySet<string>): Step[] {
  const issued = indexIssued(entries);
  const drafts = entries.map((entry, step) => readStep(entry, step, { issued, own }));
  return drafts.map((draft, step) => ({ ...draft, captures: [...issued.captures(step)] }));
}

interface Reading {
  readonly issued: IssuedValues;
  /** The app's origins. */
  readonly own: ReadonlySet<string>;
}

function readStep(entry: HarEntry, step: number, { issued, own }: Reading): Step {
  const sending = { step, path: entry.url.pathname };
  const seen: Atom[] = [];
  const fill: Fill = (text, atoms) => {
    seen.push(...atoms);
    return issued.template(text, atoms, sending);
  };
  const target = entry.url.pathname + entry.url.search;
  const result: Step = {
    name: null,
    line: entry.ordinal,
    visitor: 0,
    method: entry.method,
    target: fill(target, targetAtoms(target)),
    scheme: schemeOf(entry.url),
    headers: readHeaders(entry, own, fill),
    body: entry.body === null ? null : { kind: 'text', text: fill(entry.body.text, bodyAtoms(entry.body.text, entry.body.type)) },
    scripts: [],
    captures: [],
    expectations: [],
    recorded: recordedAs(entry.reply.status, entry.reply.headers, { type: entry.reply.type, target: entry.url.pathname }),
    followRedirects: false,
    useCookies: true,
    follows: null,
    asset: null,
    echo: null,
    declared: null,
    until: entry.until,
  };
  issued.sent(step, seen);
  return result;
}

function readHeaders({ headers, url }: HarEntry, own: ReadonlySet<string>, fill: Fill): [string, Template][] {
  return headers
    .filter(([name]) => !isOwnHeader(name) && !DROPPED_HEADER.test(name))
    .map(([name, value]) => {
      const from = /^(origin|referer)$/.test(name) && URL.canParse(value) ? new URL(value) : null;
      if (from !== null && own.has(from.origin))
        return [name, atHost(schemeOf(url), { target: value.slice(from.origin.length), fill })];
      return [
        name,
        PLAIN_HEADER.test(name) || name === 'referer' ? [{ kind: 'text', text: value }] : fill(value, headerAtoms(name, value)),
      ];
    });
}

type Fill = (text: string, atoms: readonly Atom[]) => Template;

/** The app's own origin is that of the host which is visited. */
function atHost(scheme: Step['scheme'], { target, fill }: { target: string; fill: Fill }): Template {
  return [{ kind: 'text', text: `${scheme}://${HOST}` }, ...fill(target, targetAtoms(target))];
}

function schemeOf({ protocol }: URL): Step['scheme'] {
  return protocol === 'https:' ? 'https' : 'http';
}
