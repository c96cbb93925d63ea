import type { Exchange, Headers, Observation, Reply } from '../model/observation.ts';
import { friendliest } from '../model/schedule.ts';
import type { Difference } from '../oracle/expectation.ts';
import { compareObservation, learnOracle } from '../oracle/oracle.ts';
import { type RoutedRequest, STICKY_COOKIE, type Target } from '../router/policies.ts';
import { receive } from '../session/receive.ts';
import { connect } from '../session/transport.ts';

/** A reading request that two processes answer differently, again and again. Hostile text. */
export interface Contradiction {
  readonly path: string;
  /** Who answered the visitor, and who otherwise. */
  readonly one: string;
  readonly other: string;
  readonly replies: { readonly one: Reply; readonly other: Reply };
  readonly differences: readonly Difference[];
}

export interface MirrorOptions {
  readonly targets: () => readonly Target[];
  readonly random: () => number;
  /** Path patterns whose replies are never compared. */
  readonly ignore: { readonly paths: readonly string[]; readonly fields: readonly string[] };
  readonly signal: AbortSignal;
  readonly found: (contradiction: Contradiction) => void;
}

/** Asks other processes what one has answered. */
export interface Mirror {
  /** To be told of each request that a process has answered; nobody waits for what comes of it. */
  answered(request: RoutedRequest, by: string): void;
}

const LIMITS = { timeoutMs: 5_000, streamWindowMs: 0, maxBytes: 4 * 1024 * 1024, maxTextBytes: 512 * 1024 };
/** More requests that wait are not mirrored: the app is for its visitors. */
const MAX_WAITING = 16;
/** Paths that were told of are not asked again. */
const MAX_TOLD = 1_000;
/** Fields that would let a process answer less than the whole, or that are the connection's. */
const LEFT_OUT =
  /^(?:host|connection|keep-alive|proxy-connection|te|transfer-encoding|upgrade|content-length|if-.*|range|accept-encoding)$/;

/**
 * Every GET is asked once more of the process that has answered it, then of another one: what differs between two answers of the first
 * is noise, as in an audit. It is told only if the first still answers as before, and the other one as differently, the next time.
 */
export function createMirror({ targets, random, ignore, signal, found }: MirrorOptions): Mirror {
  const told = new Set<string>();
  let waiting = 0;
  let work = Promise.resolve();

  const look = async (request: RoutedRequest, by: string) => {
    // It may have been told of since it was put in line.
    if (told.has(keyOf(request))) return;
    const all = targets();
    const one = all.find(({ name }) => name === by);
    const others = all.filter(({ name }) => name !== by);
    const other = others[Math.floor(random() * others.length)];
    if (one === undefined || other === undefined) return;
    const first = await ask(one, request, signal);
    const second = await ask(one, request, signal);
    const away = await ask(other, request, signal);
    const differs = (observation: Observation) => {
      const oracle = learnOracle([first, second], { ignore });
      const [result] = compareObservation(oracle, observation);
      return result?.kind === 'different' ? result.differences : [];
    };
    if (differs(away).length === 0) return;
    // A visitor may have changed something meanwhile.
    if (differs(await ask(one, request, signal)).length > 0) return;
    const again = await ask(other, request, signal);
    const differences = differs(again).filter((difference) => !isOwn(difference, one, other));
    const replies = { one: second.exchanges[0]?.reply, other: again.exchanges[0]?.reply };
    if (differences.length === 0 || replies.one === undefined || replies.other === undefined) return;
    if (told.size < MAX_TOLD) told.add(keyOf(request));
    found({
      path: request.path,
      one: by,
      other: other.name,
      replies: { one: replies.one, other: replies.other },
      differences,
    });
  };

  return {
    answered(request, by) {
      const isLong = /text\/event-stream/.test(request.headers.accept ?? '') || request.headers.upgrade !== undefined;
      if (request.method !== 'GET' || isLong || waiting >= MAX_WAITING || told.has(keyOf(request)) || signal.aborted) return;
      waiting++;
      work = work
        .then(() => look(request, by))
        .catch(() => {})
        .finally(() => {
          waiting--;
        });
    },
  };
}

/** Visits to one path are one thing, whatever they ask of it. */
function keyOf({ path }: RoutedRequest): string {
  return path.split('?')[0] ?? '';
}

/** Whether it is about who answers, and nothing else: an address of its own is no fault. */
function isOwn({ expected, actual }: Difference, one: Target, other: Target): boolean {
  const port = (target: Target) => new URL(target.origin).port;
  const names = (text: string, target: Target) => text.includes(port(target)) || text.includes(target.name);
  return names(expected, one) && names(actual, other);
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
      issued: null,
    };
    return {
      trial: 0,
      session: 0,
      schedule: friendliest(1),
      at: new Date().toISOString(),
      exchanges: [sent],
      generated: {},
      journal: null,
      broken: null,
    };
  } finally {
    client.destroy().catch(() => {});
  }
}
