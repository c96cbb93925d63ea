import { UserError } from '../errors.ts';
import type { Recording } from '../live/recorder.ts';
import { toHar } from '../live/to-har.ts';
import type { RecordedRow } from '../model/recording.ts';
import type { Session, Step, Template } from '../model/session.ts';
import { parseHar } from '../session/formats/har/parse-har.ts';
import { sourceText } from '../session/formats/http/syntax.ts';
import { type Secret, secretsApart, type Taken } from './secrets.ts';
import { type SessionFile, textOnly, withFiles } from './uploads.ts';

/** A recording as the session that it would be saved as. */
export interface Draft {
  /** `null`: nothing that was recorded and kept can be played. */
  readonly session: Session | null;
  readonly secrets: readonly Secret[];
  /** Files that it sends. */
  readonly files: readonly SessionFile[];
  /** One for each recording, in their order. */
  readonly rows: readonly RecordedRow[];
  /** Why there is no session, in words. */
  readonly problem: string | null;
}

export interface DraftOptions {
  /** Where the app was visited. */
  readonly origin: string;
  /** Absolute path that it is to be saved as. */
  readonly file: string;
  /** Numbers by which the user knows requests. */
  readonly idOf: (recording: Recording) => number;
  /** What the user has said of single requests; of what he has said nothing, what a page fetches by itself is left out. */
  readonly choices: ReadonlyMap<Recording, boolean>;
  readonly taken: Taken;
}

/** Makes a session of what was recorded: what the app issued becomes a variable, what is secret as well. */
export function draftOf(recordings: readonly Recording[], { origin, file, idOf, choices, taken }: DraftOptions): Draft {
  const reasons = recordings.map(leftOut);
  const kept = recordings.filter((recording, index) => choices.get(recording) ?? reasons[index] === null);
  const played = sessionOf(kept, { origin, file });
  const { session, secrets, byStep, files } = finished(played, kept, taken);
  const steps = session?.steps ?? [];
  const places = new Map(kept.map((recording, at) => [recording, at]));
  const stepAt = new Map(steps.map(({ line }, step) => [line - 1, step]));
  const rows = recordings.map((recording, index): RecordedRow => {
    const { visitor, request, status } = recording;
    const at = places.get(recording) ?? -1;
    const step = stepAt.get(at) ?? -1;
    const left = session?.leftOut.find(({ line }) => line === at + 1)?.reason;
    const isPoll = at !== -1 && step === -1 && left === undefined && session !== null;
    return {
      id: idOf(recording),
      method: request.method,
      path: request.path,
      status,
      visitor,
      kept: at !== -1,
      step: step === -1 ? null : step + 1,
      why: at === -1 ? (reasons[index] ?? null) : (left ?? (isPoll ? 'asked again below, until it had changed' : null)),
      issues: (steps[step]?.captures ?? []).map(({ name }) => ({ name: name.replace(/^\d+\./, ''), steps: usersOf(name, steps) })),
      secrets: byStep[step] ?? [],
    };
  });
  return { session, secrets, files, rows, problem: played.problem };
}

/** What was recorded, before secrets are taken out of it. */
interface Played {
  readonly session: Session | null;
  readonly uploads: ReturnType<typeof textOnly>['uploads'];
  readonly problem: string | null;
}

function sessionOf(kept: readonly Recording[], { origin, file }: { origin: string; file: string }): Played {
  if (kept.length === 0) return { session: null, uploads: [], problem: 'nothing is recorded yet' };
  try {
    const texts = kept.map(textOnly);
    const har = toHar(
      texts.map(({ recording }) => recording),
      { origin, tool: 'share-nothing' },
    );
    const session = parseHar(sourceText('the recording', file, ''), har, { origins: [origin] });
    return { session, uploads: texts.flatMap(({ uploads }) => uploads), problem: null };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { session: null, uploads: [], problem: error.message };
  }
}

function finished({ session, uploads }: Played, kept: readonly Recording[], taken: Taken) {
  if (session === null) return { session, secrets: [], byStep: [], files: [] };
  const apart = secretsApart(withVisitors(session, kept), taken);
  return { ...apart, ...withFiles(apart.session, uploads) };
}

/** Steps have the visitors who were told apart while they were recorded. */
function withVisitors(session: Session, kept: readonly Recording[]): Session {
  const order = [...new Set(session.steps.map(({ line }) => kept[line - 1]?.visitor ?? 1))];
  const visitorOf = ({ line }: Step) => Math.max(0, order.indexOf(kept[line - 1]?.visitor ?? 1));
  return { ...session, steps: session.steps.map((step) => ({ ...step, visitor: visitorOf(step) })) };
}

/** What a page fetches by itself and what nobody means, in words; `null`: it is taken as meant. */
function leftOut({ request, rawHeaders }: Recording): string | null {
  if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined)
    return 'the browser asks whether it may ask';
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isRead) return null;
  if (/^\/favicon\.(?:ico|png|svg)(?:$|\?)|^\/\.well-known\/appspecific\//.test(request.path))
    return 'fetched by the browser itself';
  const destination = request.headers['sec-fetch-dest'];
  if (/^(?:style|script|image|font|audio|video|track|manifest|worker|serviceworker|sharedworker)$/.test(String(destination ?? '')))
    return `a page’s own ${destination}, which an audit fetches by itself`;
  const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && /^content-type$/i.test(name));
  const type = at === -1 ? '' : (rawHeaders[at + 1] ?? '');
  const isAsset = destination === undefined && /^(?:text\/css|(?:application|text)\/javascript|font\/)/i.test(type);
  return isAsset ? 'a page’s own asset, which an audit fetches by itself' : null;
}

/** Numbers of the steps that send a value back. */
function usersOf(name: string, steps: readonly Step[]): number[] {
  const has = (template: Template) => template.some((part) => part.kind === 'variable' && part.name === name);
  return steps.flatMap(({ target, headers, body }, index) => {
    const written =
      body?.kind === 'text' ? [body.text] : (body?.parts ?? []).flatMap((part) => ('text' in part ? [part.text] : []));
    const texts = [target, ...headers.map(([, value]) => value), ...written];
    return texts.some(has) ? [index + 1] : [];
  });
}
