import { setTimeout as wait } from 'node:timers/promises';
import { compareReplies } from '../difference/compare-replies.ts';
import { masked } from '../difference/masked.ts';
import type { Redactor } from '../evidence/redaction/redact.ts';
import type { Ignore } from '../model/config.ts';
import { ignorer } from '../model/ignore.ts';
import type { Contradiction } from '../model/live.ts';
import type { Exchange, Headers, Observation } from '../model/observation.ts';
import { kindOfRequest } from '../model/request-kind.ts';
import { friendliest } from '../model/schedule.ts';
import { showReply } from '../model/shown-reply.ts';
import { compareObservation } from '../oracle/compare/comparison.ts';
import type { Difference } from '../oracle/compare/expectation.ts';
import { learnOracle } from '../oracle/learn/learn-oracle.ts';
import { type RoutedRequest, STICKY_COOKIE, type Target } from '../router/policies.ts';
import type { Watcher } from '../router/watcher.ts';
import { receive } from '../session/play/receive.ts';
import { connect } from '../session/play/transport.ts';
import { likelyCause, tokensOf } from './likely.ts';
import { isStream } from './traffic.ts';

export interface MirrorOptions {
  readonly targets: () => readonly Target[];
  /** Lets two processes that nobody has asked anything yet be asked. */
  readonly withNewcomers: <T>(use: (one: Target, other: Target) => Promise<T>) => Promise<T>;
  /** What a process has written to its disk: a hash of each file by its absolute path. */
  readonly written: (process: string) => Promise<ReadonlyMap<string, string>>;
  readonly random: () => number;
  readonly ignore: Ignore;
  readonly signal: AbortSignal;
  /** What is told of goes through it. */
  readonly redactor: Redactor;
  readonly found: (contradiction: Contradiction) => void;
}

/** Asks other processes what one has answered. */
export interface Mirror {
  /** What to tell of a request so that it is mirrored when it has been answered; nobody waits for what comes of it. */
  watch(request: RoutedRequest, by: Target): Watcher | null;
}

const LIMITS = { timeoutMs: 5_000, streamWindowMs: 0, maxBytes: 4 * 1024 * 1024, maxTextBytes: 512 * 1024 };
/** More kinds of requests that wait are not mirrored: the app is for its visitors. */
const MAX_WAITING = 64;
/** Kinds of requests that were told of are not asked again. */
const MAX_TOLD = 1_000;
/** What tells the time in seconds is another by then. */
const LATER_MS = 1_200;
/** Fields that would let a process answer less than the whole, or that are the connection's. */
const LEFT_OUT =
  /^(?:host|connection|keep-alive|proxy-connection|te|transfer-encoding|upgrade|content-length|if-.*|range|accept-encoding)$/;

/**
 * Every GET is asked once more of the process that has answered it, then of another one: what differs between two answers of the first
 * is noise, as in an audit; so is what differs between two processes that were just started, as they remember nothing: it is who they
 * are. What is left is told if the first still answers as before, and the other one as differently, a moment later.
 */
export function createMirror(options: MirrorOptions): Mirror {
  const { targets, random, ignore, signal, redactor, found } = options;
  const ignored = ignorer(ignore);
  const done = new Set<string>();
  /** Where replies of a kind say who answers. */
  const selves = new Map<string, ReadonlySet<string>>();
  /** The newest request of each kind that waits, in the order in which the first of each came. */
  const waiting = new Map<string, { readonly request: RoutedRequest; readonly by: Target }>();
  let isWorking = false;

  const differences = (known: readonly Observation[], observation: Observation): readonly Difference[] => {
    const [result] = compareObservation(learnOracle(known, { ignore }), observation, { past: 'unknown' });
    return result?.kind === 'different' ? result.differences : [];
  };
  /** Finds out what two newcomers differ in; nothing if they cannot be started. */
  const learnSelf = async (request: RoutedRequest) => {
    const paths = await options
      .withNewcomers(async (one, other) => {
        const known = [await ask(one, request, signal), await ask(one, request, signal)];
        return differences(known, await ask(other, request, signal)).map(({ path }) => path);
      })
      .catch(() => []);
    const kind = kindOf(request);
    if (selves.size < MAX_TOLD) selves.set(kind, new Set([...(selves.get(kind) ?? []), ...paths]));
  };

  /** Whether a visitor with tokens is answered as one without them is answered by another process, which knows the first. */
  const isStranger = async (
    request: RoutedRequest,
    { at, known, answered }: { at: Target; known: readonly Observation[]; answered: readonly Observation[] },
  ) => {
    if (tokensOf(request) === '') return false;
    const { cookie: _, authorization: __, ...headers } = request.headers;
    const stranger = await ask(at, { ...request, headers }, signal);
    return differences(answered, stranger).length === 0 && differences(known, stranger).length > 0;
  };

  const look = async (request: RoutedRequest, by: Target) => {
    const all = targets();
    const one = all.find(({ origin }) => origin === by.origin);
    const others = all.filter(({ name }) => name !== by.name);
    const other = others[Math.floor(random() * others.length)];
    if (one === undefined || other === undefined) return;
    const known = [await ask(one, request, signal), await ask(one, request, signal)];
    const kind = kindOf(request);
    const beyondSelf = (observation: Observation) =>
      differences(known, observation).filter(({ path }) => selves.get(kind)?.has(path) !== true);
    const away = await ask(other, request, signal);
    if (beyondSelf(away).length === 0) return;
    await Promise.all([learnSelf(request), wait(LATER_MS, undefined, { signal })]);
    // A visitor may have changed something meanwhile.
    if (differences(known, await ask(one, request, signal)).length > 0) return;
    const again = await ask(other, request, signal);
    const left = beyondSelf(again);
    const exchanges = { one: known[1]?.exchanges[0], other: again.exchanges[0] };
    if (exchanges.one?.reply.outcome !== 'answered' || exchanges.other?.reply.outcome !== 'answered') return;
    // One that was replaced meanwhile may have answered as it left.
    if (![one, other].every(({ origin }) => targets().some((target) => target.origin === origin))) return;
    // Who is told to stop answers as one that leaves, and starts no newcomers.
    if (left.length === 0 || signal.aborted) return;
    if (done.size < MAX_TOLD) done.add(kind);
    const differing = [away, again];
    const stranger = (await isStranger(request, { at: one, known, answered: differing }))
      ? other.name
      : (await isStranger(request, { at: other, known: differing, answered: known }))
        ? one.name
        : null;
    const [ofOne, ofOther] = [await options.written(one.name), await options.written(other.name)];
    const files = { one: onlyIn(ofOne, ofOther), other: onlyIn(ofOther, ofOne) };
    // What one reply holds in a place for secrets may stand elsewhere in the other.
    const [first, second] = [redactor.exchange(exchanges.one), redactor.exchange(exchanges.other)];
    const alike = known[0]?.exchanges[0];
    // Who answers is none of what they differ in.
    const compared = (exchange: Exchange) => masked(exchange, selves.get(kind) ?? new Set());
    const difference = compareReplies(compared(first), compared(second), alike && compared(redactor.exchange(alike)));
    if (signal.aborted) return;
    found(
      redactor.all({
        path: request.path,
        one: one.name,
        other: other.name,
        replies: { one: showReply(first.reply), other: showReply(second.reply), difference },
        likely: likelyCause({ request, one: one.name, other: other.name, stranger, files }),
      }),
    );
  };

  const work = async () => {
    if (isWorking) return;
    isWorking = true;
    for (const [kind, { request, by }] of waiting) {
      waiting.delete(kind);
      // A process may end while it is asked.
      if (!done.has(kind)) await look(request, by).catch(() => {});
    }
    isWorking = false;
  };

  return {
    watch(request, by) {
      if (
        request.method !== 'GET' ||
        isStream(request) ||
        ignored({ method: request.method, target: request.path }) !== null ||
        done.has(kindOf(request)) ||
        signal.aborted
      )
        return null;
      return {
        sent() {},
        began() {},
        received() {},
        ended({ whole }) {
          const kind = kindOf(request);
          if (!whole || (waiting.size >= MAX_WAITING && !waiting.has(kind))) return;
          waiting.set(kind, { request, by });
          void work();
        },
      };
    },
  };
}

/** Whatever is asked of one path, or of things of one kind, is one thing. */
function kindOf(request: RoutedRequest): string {
  return kindOfRequest(`GET ${pathOf(request)}`);
}

function pathOf({ path }: RoutedRequest): string {
  return path.split('?')[0] ?? '';
}

/** Paths of files that the others do not hold, or not with this content. */
function onlyIn(files: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>): string[] {
  return [...files].filter(([path, hash]) => others.get(path) !== hash).map(([path]) => path);
}

/** A field's value, without the router's own cookie. */
function textOf(name: string, value: string | string[]): string {
  const text = Array.isArray(value) ? value.join(', ') : value;
  if (name !== 'cookie') return text;
  const pairs = text.split(';').map((pair) => pair.trim());
  return pairs.filter((pair) => !pair.startsWith(`${STICKY_COOKIE}=`)).join('; ');
}

/** One reply as an observation of one step. */
async function ask(target: Target, request: RoutedRequest, signal: AbortSignal): Promise<Observation> {
  const client = connect(target.origin);
  try {
    const headers: Headers = Object.entries(request.headers).flatMap(([name, value]) =>
      LEFT_OUT.test(name) || value === undefined ? [] : [[name, textOf(name, value)] as const],
    );
    const host = request.headers.host ?? 'localhost';
    const wire = { method: 'GET', target: request.path, headers: [['host', host] as const, ...headers], body: null };
    const reply = await receive(client, wire, { ...LIMITS, signal });
    const sent: Exchange = {
      step: 0,
      by: target.name,
      request: { method: 'GET', target: request.path, headers, body: '' },
      reply,
      visitor: 0,
      issued: null,
      setsClock: false,
    };
    return {
      trial: 0,
      session: 0,
      schedule: friendliest(1),
      at: new Date().toISOString(),
      exchanges: [sent],
      replays: [],
      stores: null,
      generated: {},
      journal: null,
      broken: null,
    };
  } finally {
    client.destroy().catch(() => {});
  }
}
