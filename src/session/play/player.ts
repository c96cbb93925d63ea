import { headerValues, type Reply, type SentRequest } from '../../model/observation.ts';
import { type Session, type Step, templateText } from '../../model/session.ts';
import { type Reference, references } from '../growth/assets.ts';
import { asText, type Globals, type ScriptScope } from '../script/script.ts';
import { runBefore } from './before.ts';
import { changed } from './change.ts';
import { learn } from './learn-from-reply.ts';
import { withQueryText } from './persisted-query.ts';
import { receive, routed } from './receive.ts';
import { redirectedMethod, redirectTarget, withoutBodyHeaders } from './redirect.ts';
import { asSent, prepare, withVisitor } from './request.ts';
import { respelled } from './respell.ts';
import { givesTo, type Handed, type StandIns } from './stand-ins.ts';
import { createStandings, jarOf } from './standing.ts';
import { asForger, asStranger, forgedCookies, type Stranger } from './stranger.ts';
import { type Values, variablesOf } from './template.ts';
import { connect, type WireRequest } from './transport.ts';
import { createGenerator, valuesOf } from './values.ts';

export interface PlayOptions {
  readonly session: Session;
  /** Where everything is sent: the router. */
  readonly origin: string;
  /** Numbers in [0, 1), seeded. */
  readonly random: () => number;
  readonly now: () => Date;
  readonly stepTimeoutMs: number;
  /** Text of a reply that is kept, in bytes. Default 1 MiB. */
  readonly maxBodyBytes?: number;
  /** Bytes of a reply after which it is cut. Default 64 MiB. */
  readonly maxReplyBytes?: number;
  /** How long an event stream is listened to, in milliseconds; then it stays open, unread, until the play is over. Default 1000. */
  readonly streamWindowMs?: number;
  /** Sent as `X-Forwarded-For`. */
  readonly address: string;
  /** Hosts, besides this machine's names, that redirects may name and mean the app. */
  readonly hosts?: readonly string[];
  readonly signal?: AbortSignal;
  /** By how many characters generated texts are longer than the session has them. Default 0. */
  readonly lengthenBy?: number;
  /** What stands for that which a step that is left out would have handed on. */
  readonly standIns?: StandIns | undefined;
  /** Steps that are played at every place (see `SendOptions`), and give there what counts there alone. Default none. */
  readonly footing?: readonly number[];
}

export interface SendOptions {
  /** Sent as somebody the app has never met; nothing is learnt from the reply. `null`: sent by the visitor. */
  readonly stranger?: Stranger | null;
  readonly stepTimeoutMs?: number;
  /** For a repeated read: neither jar nor variables change. */
  readonly quiet?: boolean;
  /** What it writes is something else; sent as it is if it holds nothing that could be. */
  readonly change?: boolean;
  /** What it sends of what was captured is spelled otherwise (see `respelled`); not sent if nothing can be. */
  readonly respell?: boolean;
  /** Names the (life of the) process that it is sent to: of what the footing was given, only what that one gave is sent. */
  readonly place?: string;
}

/** What became of a step. */
export interface Sent {
  readonly request: SentRequest;
  readonly reply: Reply;
  readonly failedExpectations: string[];
  /** Names of captures that found nothing. */
  readonly missing: string[];
}

/** One play of a session: its visitors' jars, its variables and its connection. */
export interface Play {
  /** Sends step `index`. Never rejects for anything the app does. */
  send(index: number, options?: SendOptions): Promise<Sent>;
  /** Leaves step `index` out: what later ones need of its reply is made up. */
  omit(index: number): Sent;
  /** What steps have handed on to later ones so far. */
  handed(): Handed;
  /** Values drawn so far by key; none that tell the time. */
  readonly generated: Readonly<Record<string, string>>;
  /** Breaks off event streams that have been open since they were asked for. */
  hangUp(): void;
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 1024 * 1024;
const MAX_REPLY_BYTES = 64 * 1024 * 1024;
const STREAM_WINDOW_MS = 1000;

type Lost = { readonly lost: string };
/** `refers`: what the reply refers to, once somebody has asked. */
type Past = { readonly wire: WireRequest; readonly reply: Reply; refers?: readonly Reference[] };

/** Begins a play; nothing is sent before the first `send`. */
export function createPlay(options: PlayOptions): Play {
  const { session, signal, hosts = [], maxBodyBytes = MAX_BODY_BYTES, maxReplyBytes = MAX_REPLY_BYTES } = options;
  const connection = connect(options.origin);
  const standings = createStandings<Past>(options.footing ?? []);
  const generator = createGenerator(options);
  const environment = Object.fromEntries(session.environment.map(({ name, value }) => [name, value]));
  /** What scripts of a step may use; equal calls in equal order give equal values, in this play. */
  const scriptScope = (step: Step, globals: Globals, learns: boolean): Omit<ScriptScope, 'reply' | 'request'> => {
    let drawn = 0;
    const generate = (name: string, args: readonly string[]) =>
      generator.generate({ kind: 'generated', name, args, key: `${step.line}:script ${++drawn} $${name}` });
    return { globals: learns ? globals : new Map(globals), locals: new Map(), environment, random: options.random, generate };
  };
  const deliver = async (wire: WireRequest, timeoutMs: number, keepsStreams: boolean): Promise<Reply> => {
    const streamWindowMs = options.streamWindowMs ?? STREAM_WINDOW_MS;
    const limits = { timeoutMs, signal, streamWindowMs, keepsStreams, maxBytes: maxReplyBytes, maxTextBytes: maxBodyBytes };
    return routed(await receive(connection, wire, limits));
  };

  const { standIns } = options;
  /** The request that a redirect asks for; where the step that redirects is left out, one that is made up. */
  const followed = async (step: Step, index: number, { values, past }: { values: Values; past: readonly (Past | undefined)[] }) => {
    const madeUp = past[index] === undefined ? standIns?.targets[index] : undefined;
    return typeof madeUp === 'string' ? prepareAt(step, madeUp, values) : redirected(past[index], index, hosts);
  };
  return {
    generated: generator.generated,
    handed: () => ({
      variables: new Map([...standings.at('').globals].map(([name, value]) => [name, asText(value)])),
      targets: standings.at('').past.map((one) => (one === undefined ? null : redirectTarget(one.reply, one.wire.target, hosts))),
    }),
    omit(index) {
      const step = session.steps[index];
      if (step === undefined) throw new RangeError(`the session has no step ${index}`);
      for (const [name, value] of standIns?.variables ?? []) if (givesTo(step, name)) standings.at('').globals.set(name, value);
      return { ...unsent(step, 'it was left out'), missing: [] };
    },
    hangUp: () => connection.hangUp(),
    close: () => connection.destroy(),
    async send(index, given = {}) {
      const {
        stranger = null,
        quiet = false,
        change = false,
        respell = false,
        stepTimeoutMs = options.stepTimeoutMs,
        place = '',
      } = given;
      const step = session.steps[index];
      if (step === undefined) throw new RangeError(`the session has no step ${index}`);
      const learns = stranger === null && !quiet;
      const standing = standings.at(place);
      const { past } = standing;
      const before = new Map(standing.globals);
      const scope = scriptScope(step, standing.globals, learns);
      const values = valuesOf(generator, [scope.locals, scope.globals]);
      const failures = await runBefore(step, values, scope);
      if (failures.length > 0) return { ...unsent(step, failures.join('; ')), failedExpectations: failures };
      const plain =
        step.asset !== null
          ? await referenced(past[step.asset.page], step, values)
          : step.follows === null
            ? await prepare(step, values)
            : await followed(step, step.follows, { values, past });
      if ('lost' in plain) return unsent(step, plain.lost);
      const jar = jarOf(standing, step.visitor);
      const own = step.useCookies ? jar.header(plain.target) : '';
      const { asked, cookies } = sentBy(stranger, { plain, cookies: own, issued: issuedHeaders(step), random: options.random });
      const other = respell ? respelled(asked, standing.globals) : change ? (changed(asked) ?? asked) : asked;
      if (other === null) return unsent(step, 'it sends nothing that could be spelled otherwise');
      const wire = withVisitor(other, {
        cookies,
        address: options.address,
        scheme: step.scheme,
      });
      let reply = await deliver(wire, stepTimeoutMs, learns);
      const again = withQueryText(
        wire,
        reply,
        past.flatMap((one) => (one === undefined ? [] : [one.wire])),
      );
      if (again !== null) reply = await deliver(again, stepTimeoutMs, learns);
      const request = asSent(wire, maxBodyBytes);
      if (learns) past[index] = { wire: plain, reply };
      if (reply.outcome !== 'answered')
        return { request, reply, failedExpectations: [], missing: step.captures.map(({ name }) => name) };
      const lines = learns && step.useCookies ? headerValues(reply.headers, 'set-cookie') : [];
      jar.store(asked.target, lines);
      const learnt = await learn(step, reply, { ...scope, request });
      if (learns) standings.share(place, index, { before, cookies: { visitor: step.visitor, target: asked.target, lines } });
      return { request, reply, ...learnt };
    },
  };
}

/** A request and the cookies that go with it, as the visitor or a stranger sends them. */
function sentBy(
  stranger: Stranger | null,
  given: { plain: WireRequest; cookies: string; issued: ReadonlySet<string>; random: () => number },
): { asked: WireRequest; cookies: string } {
  const { plain, cookies, issued, random } = given;
  if (stranger === null) return { asked: plain, cookies };
  if (stranger === 'new') return { asked: asStranger(plain, issued), cookies: '' };
  return { asked: asForger(plain, issued, random), cookies: forgedCookies(cookies, random) };
}

/** The request that a redirect asks for; what it was in the control does not matter now. */
function redirected(before: Past | undefined, index: number, hosts: readonly string[]): WireRequest | Lost {
  const target = before === undefined ? null : redirectTarget(before.reply, before.wire.target, hosts);
  if (before?.reply.outcome !== 'answered' || target === null) return { lost: `step ${index + 1} did not redirect` };
  const { wire, reply } = before;
  const method = redirectedMethod(wire.method, reply.status);
  if (method === wire.method) return { ...wire, target };
  return { method, target, headers: withoutBodyHeaders(wire.headers), body: null };
}

/** The request for an asset, at the address that the page has for it in this play. */
async function referenced(before: Past | undefined, step: Step, values: Values): Promise<WireRequest | Lost> {
  if (before?.reply.outcome === 'answered') before.refers ??= references(before.reply, before.wire.target);
  const target = before?.refers?.find(({ key }) => key === step.asset?.key)?.target;
  if (target === undefined) return { lost: `step ${(step.asset?.page ?? 0) + 1} refers to no such asset` };
  return prepareAt(step, target, values);
}

/** The request of a step at another address than its own. */
function prepareAt(step: Step, target: string, values: Values): Promise<WireRequest> {
  return prepare({ ...step, target: [{ kind: 'text', text: target }] }, values);
}

function unsent(step: Step, reason: string): Sent {
  const request = { method: step.method, target: templateText(step.target), headers: [], body: '' };
  return {
    request,
    reply: { outcome: 'unsent', reason, ms: 0 },
    failedExpectations: [],
    missing: step.captures.map(({ name }) => name),
  };
}

function issuedHeaders(step: Step): ReadonlySet<string> {
  return new Set(step.headers.filter(([, value]) => variablesOf(value).length > 0).map(([name]) => name.toLowerCase()));
}
