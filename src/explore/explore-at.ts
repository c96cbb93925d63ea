import { setMaxListeners } from 'node:events';
import type { ExploreChoice } from '../model/config.ts';
import { header, type Reply } from '../model/observation.ts';
import { receive, routed } from '../session/play/receive.ts';
import { connect, type WireRequest } from '../session/play/transport.ts';
import { get, isUnsafe } from './asked.ts';
import { knownOperations } from './description/known-operations.ts';
import { Exploration } from './exploration.ts';
import type { Operation } from './operation.ts';
import { routesInSource } from './source-routes.ts';
import { type Credential, createVisitor } from './visitor.ts';

const MAX_TEXT = 2 * 1024 * 1024;
const MAX_REPLY = 16 * 1024 * 1024;
const STREAM_WINDOW_MS = 500;
const MAX_AT_ONCE = 50;
/** Packages that answer GraphQL, in any language. */
const GRAPHQL = /graphql|apollo|graphene|ariadne|strawberry|mercurius|absinthe|gqlgen/i;

/** What a visit is told. */
export interface ExploreAtOptions extends ExploreChoice {
  /** Eight hexadecimal digits that nobody else uses. */
  readonly id: string;
  /** The app's folder, absolute, whose sources and descriptions are read. */
  readonly folder: string;
  /** What the app depends on. */
  readonly packages: readonly string[];
  readonly stepTimeoutMs: number;
  /** Paths at which a process tells of itself: nothing is written there. */
  readonly ofProcesses: readonly string[];
  /** Why nothing that changes something may be sent, in words, asked before each; `null`: it may. */
  readonly mayNotWrite: () => string | null;
  readonly signal: AbortSignal;
}

/** A visit that is over. */
export interface Explored {
  readonly exploration: Exploration;
  /** What the visitor has sent with every request, as the user has said; `null`: nothing. */
  readonly own: Credential | null;
}

/** Visits the app that answers at an origin. Throws a UserError if a description that is named cannot be read; whatever the app does is no error. */
export async function exploreAt(origin: string, options: ExploreAtOptions): Promise<Explored> {
  const { id, auth, folder, signal } = options;
  // Descriptions are asked for at several addresses at once.
  setMaxListeners(MAX_AT_ONCE, signal);
  const connection = connect(origin);
  const limits = {
    timeoutMs: options.stepTimeoutMs,
    streamWindowMs: STREAM_WINDOW_MS,
    maxBytes: MAX_REPLY,
    maxTextBytes: MAX_TEXT,
    signal,
  };
  const send = async (request: WireRequest) => routed(await receive(connection, request, limits));
  const who = { id, account: auth !== null && 'name' in auth ? auth : null };
  try {
    const own = await ownCredential(auth, send);
    const inSource = routesInSource(folder);
    const isGraphql = inSource.some(({ path }) => /graphql/i.test(path)) || options.packages.some((name) => GRAPHQL.test(name));
    const known = await knownOperations({
      send: async (asked, keyField) => (await createVisitor(send, keyedBy(own, keyField)).ask(asked))?.reply ?? null,
      folder,
      named: options.openapi,
      mayBeGraphql: isGraphql,
      who,
    });
    const isApart = ({ method, path }: Operation) => isUnsafe({ method }) && options.ofProcesses.includes(path);
    const exploration = new Exploration({
      send,
      who,
      credential: keyedBy(own, known.keyField),
      mayNotWrite: options.mayNotWrite,
      steps: options.steps,
      timeMs: options.timeMs,
      destructive: options.destructive,
      operations: [...known.operations, ...inSource.filter(({ path }) => !known.describes(path))].filter((one) => !isApart(one)),
      signal,
    });
    await exploration.run();
    return { exploration, own };
  } finally {
    await connection.destroy();
  }
}

/** A key goes where the app says that it takes keys. */
function keyedBy(own: Credential | null, keyField: string | null): Credential | null {
  const isKey = own !== null && own[0] === 'authorization' && !own[1].includes(' ');
  return isKey && keyField !== null ? [keyField, own[1]] : own;
}

/** What proves who the user says that he is, with every request: what he names; or his password, where the app asks for it so (RFC 7617). */
async function ownCredential(
  auth: ExploreChoice['auth'],
  send: (request: WireRequest) => Promise<Reply>,
): Promise<Credential | null> {
  if (auth === null) return null;
  if ('authorization' in auth) return ['authorization', auth.authorization];
  const first = await createVisitor(send, null).ask(get('/', 'Home'));
  const wanted = first === null ? '' : (header(first.reply.headers, 'www-authenticate') ?? '');
  if (first?.reply.status !== 401 || !/^basic\b/i.test(wanted)) return null;
  return ['authorization', `Basic ${Buffer.from(`${auth.name}:${auth.password}`).toString('base64')}`];
}
