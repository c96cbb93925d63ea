import { type Headers, header, headerValues, type Reply } from '../model/observation.ts';
import { parseJson } from '../session/play/capture.ts';
import { createJar } from '../session/play/jar.ts';
import { redirectedMethod, redirectTarget } from '../session/play/redirect.ts';
import { withVisitor } from '../session/play/request.ts';
import type { WireRequest } from '../session/play/transport.ts';
import { type Answer, type Asked, isUnsafe, type Visit } from './asked.ts';

/** Sends a request to the app; never rejects for anything that the app does. */
export type Send = (request: WireRequest) => Promise<Reply>;

/** One person at the app: his cookies, his credentials and what he has seen. */
export interface Visitor {
  /** In the order they were asked for, redirects included. */
  readonly visits: readonly Visit[];
  /** Asks, and follows redirects. Gives what was answered last; `null`: nothing was. */
  ask(asked: Asked): Promise<Visit | null>;
}

/** His address: one of those that are kept for documentation (RFC 5737). */
const ADDRESS = '192.0.2.1';
const MAX_HOPS = 8;
/** Members and header fields that hold what proves who somebody is. */
const TOKEN_KEY = /^(?:access|auth|id|session|api)?_?(?:token|jwt)$/i;
const TOKEN_HEADER = /^(?:x-)?(?:auth|access|session)(?:-?(?:token|id))?$|^mcp-session-id$/;

/** A header field and its value, which prove who somebody is. */
export type Credential = readonly [field: string, value: string];

/** Somebody whom the app has never met. `own`: what he sends with every request; `null`: what he is given. */
export function createVisitor(send: Send, own: Credential | null): Visitor {
  const jar = createJar();
  const visits: Visit[] = [];
  let credential = own;

  const once = async (asked: Asked, isHop: boolean): Promise<Visit | null> => {
    const typed: Headers = asked.body === null ? [] : [['content-type', asked.body.type]];
    const signed: Headers = credential === null || header(asked.headers, credential[0]) !== undefined ? [] : [credential];
    const headers = [...typed, ...asked.headers, ...signed];
    const wire: WireRequest = {
      method: asked.method,
      target: asked.target,
      headers: [...headers, ['accept', '*/*'], ['user-agent', 'share-nothing']],
      body: asked.body === null ? null : Buffer.from(asked.body.text),
    };
    const reply = await send(withVisitor(wire, { cookies: jar.header(asked.target), address: ADDRESS, scheme: 'http' }));
    if (reply.outcome !== 'answered') return null;
    jar.store(asked.target, headerValues(reply.headers, 'set-cookie'));
    const visit: Visit = { asked: { ...asked, headers }, reply, isHop, refused: null, isLost: false, isGone: false };
    visits.push(visit);
    const given = own === null && reply.status < 300 ? credentialIn(asked, reply) : null;
    if (given !== null) credential = given;
    return visit;
  };
  return {
    visits,
    async ask(asked) {
      let visit = await once(asked, false);
      for (let hops = 0; visit !== null && hops < MAX_HOPS; hops++) {
        const { asked: before, reply }: Visit = visit;
        const target = redirectTarget(reply, before.target, []);
        if (target === null) break;
        const method = redirectedMethod(before.method, reply.status);
        const isSame = method === before.method;
        const next: Asked = { title: before.title, method, target, headers: [], body: isSame ? before.body : null };
        visit = await once(next, true);
        if (visit !== null && hops === MAX_HOPS - 1 && redirectTarget(visit.reply, visit.asked.target, []) !== null)
          visit.isLost = true;
      }
      return visit;
    },
  };
}

/** What a reply gives its visitor to prove who he is. */
function credentialIn(asked: Asked, reply: Answer): Credential | null {
  if (!isUnsafe(asked)) return null;
  const field = reply.headers.find(([name, value]) => TOKEN_HEADER.test(name) && value.length >= 8);
  if (field !== undefined) return [field[0], field[1]];
  const token = tokenIn(parseJson(reply.body.text), 3);
  return token === null ? null : ['authorization', `Bearer ${token}`];
}

function tokenIn(value: unknown, depth: number): string | null {
  if (typeof value !== 'object' || value === null || depth === 0) return null;
  for (const [key, inner] of Object.entries(value))
    if (TOKEN_KEY.test(key) && typeof inner === 'string' && /^[\w.~+/=:-]{8,4096}$/.test(inner)) return inner;
  for (const inner of Object.values(value)) {
    const found = tokenIn(inner, depth - 1);
    if (found !== null) return found;
  }
  return null;
}
