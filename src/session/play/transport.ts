import { type Dispatcher, errors, Pool } from 'undici';
import type { Headers } from '../../model/observation.ts';

/** A request ready for the wire. */
export interface WireRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Headers;
  readonly body: Buffer | null;
}

/** What came back, as received. `end`: how the body ended. */
export type Received =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: Headers;
      readonly raw: Buffer;
      readonly end: 'whole' | 'cut' | 'broken';
    }
  | { readonly kind: 'refused' | 'lost'; readonly reason: string };

export interface Limits {
  readonly timeoutMs: number;
  /** How long an event stream is listened to after its header section. */
  readonly streamWindowMs: number;
  /** A stream that is still open then stays so, unread, until the connection is closed: a session may hang on it. Default: it is broken off. */
  readonly keepsStreams?: boolean;
  readonly maxBytes: number;
  readonly signal: AbortSignal | undefined;
}

/** So many requests are sent at once, as browsers do. */
export const MAX_AT_ONCE = 6;

/** Keep-alive connections to the router, one for each request at a time, and another one for every stream that is kept. */
export interface Connection {
  client: Pool;
  /** Makes another client in the place of one that a stream occupies. */
  renew(): void;
  /** Breaks off the streams that are kept. */
  hangUp(): void;
  destroy(): Promise<void>;
}

export function connect(origin: string): Connection {
  // The deadlines are ours: undici's own would call a slow stream an error.
  const limits = { headersTimeout: 0, bodyTimeout: 0, maxHeaderSize: 256 * 1024, pipelining: 1 };
  const make = () => new Pool(origin, { ...limits, connections: MAX_AT_ONCE });
  const kept: Pool[] = [];
  const hangUp = () => {
    for (const client of kept.splice(0)) client.destroy().catch(() => {});
  };
  const connection: Connection = {
    client: make(),
    renew() {
      kept.push(connection.client);
      connection.client = make();
    },
    hangUp,
    destroy() {
      hangUp();
      return connection.client.destroy();
    },
  };
  return connection;
}

/** Sends a request once and reads the reply within the limits; never rejects. */
export function exchange(connection: Connection, request: WireRequest, limits: Limits): Promise<Received> {
  const { client } = connection;
  return new Promise((resolve) => {
    const reading = new Reading(limits, resolve, () => connection.renew());
    try {
      client.dispatch(
        {
          method: request.method as Dispatcher.HttpMethod,
          path: request.target,
          headers: request.headers.flat(),
          body: request.body,
        },
        reading,
      );
    } catch (error) {
      reading.onResponseError(null, error instanceof Error ? error : new Error(String(error)));
    }
  });
}

type Head = { readonly status: number; readonly headers: Headers };

/** The life of one reply: whatever ends it first decides. */
class Reading implements Dispatcher.DispatchHandler {
  readonly #limits: Limits;
  readonly #resolve: (received: Received) => void;
  readonly #keep: () => void;
  readonly #chunks: Buffer[] = [];
  #timer: NodeJS.Timeout;
  #deadline: number;
  #bytes = 0;
  #head: Head | null = null;
  #controller: Dispatcher.DispatchController | null = null;
  #done = false;

  constructor(limits: Limits, resolve: (received: Received) => void, keep: () => void) {
    this.#limits = limits;
    this.#resolve = resolve;
    this.#keep = keep;
    this.#deadline = performance.now() + limits.timeoutMs;
    this.#timer = setTimeout(this.#expire, limits.timeoutMs);
    limits.signal?.addEventListener('abort', this.#abort, { once: true });
    if (limits.signal?.aborted) this.#abort();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#done) controller.abort(new Error('not wanted any more'));
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200) return;
    this.#head = { status, headers: pairs(controller.rawHeaders ?? []) };
    if (!isEventStream(this.#head.headers)) return;
    clearTimeout(this.#timer);
    const windowMs = Math.max(0, Math.min(this.#limits.streamWindowMs, this.#deadline - performance.now()));
    this.#timer = setTimeout(this.#limits.keepsStreams === true ? this.#leaveOpen : this.#expire, windowMs);
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#done) {
      this.#skip(chunk);
      return;
    }
    const room = this.#limits.maxBytes - this.#bytes;
    this.#chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    this.#bytes += Math.min(chunk.length, room);
    if (chunk.length > room) this.#finish('cut');
  }

  onResponseEnd(): void {
    this.#finish('whole');
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
    const refused = 'code' in error && error.code === 'ECONNREFUSED';
    if (this.#head !== null) this.#finish('broken');
    else this.#end({ kind: refused ? 'refused' : 'lost', reason: reasonOf(error) });
  }

  readonly #expire = (): void => {
    if (this.#head !== null) this.#finish('cut');
    else this.#end({ kind: 'lost', reason: `nothing came within ${this.#limits.timeoutMs / 1000} s` });
  };

  /** Gives what has come so far, and lets the stream run on. */
  readonly #leaveOpen = (): void => {
    if (this.#head === null || this.#done) return;
    this.#done = true;
    this.#limits.signal?.removeEventListener('abort', this.#abort);
    this.#keep();
    this.#resolve({ kind: 'answered', ...this.#head, raw: Buffer.concat(this.#chunks), end: 'cut' });
  };

  /** What comes of a stream that is kept is not read; one that never ends is broken off in the end. */
  #skip(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#limits.maxBytes) this.#controller?.abort(new Error('not wanted any more'));
  }

  readonly #abort = (): void => {
    this.#end({ kind: 'lost', reason: 'interrupted' });
  };

  #finish(end: 'whole' | 'cut' | 'broken'): void {
    if (this.#head === null) this.#end({ kind: 'lost', reason: 'the reply had no header section' });
    else this.#end({ kind: 'answered', ...this.#head, raw: Buffer.concat(this.#chunks), end });
  }

  #end(received: Received): void {
    if (this.#done) return;
    this.#done = true;
    clearTimeout(this.#timer);
    this.#limits.signal?.removeEventListener('abort', this.#abort);
    const over = received.kind === 'answered' && received.end === 'whole';
    if (!over) this.#controller?.abort(new Error('not wanted any more'));
    this.#resolve(received);
  }
}

/** Names in lower case; values as UTF-8, or as Latin-1 where they are not. */
function pairs(raw: Buffer[] | string[] | Record<string, unknown>): Headers {
  const list = Array.isArray(raw) ? raw.map((item) => (typeof item === 'string' ? item : headerText(item))) : [];
  return Array.from(
    { length: list.length >> 1 },
    (_, index) => [(list[2 * index] ?? '').toLowerCase(), list[2 * index + 1] ?? ''] as const,
  );
}

function headerText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.includes('\ufffd') ? bytes.toString('latin1') : text;
}

function isEventStream(headers: Headers): boolean {
  return headers.some(([name, value]) => name === 'content-type' && value.toLowerCase().startsWith('text/event-stream'));
}

function reasonOf(error: Error): string {
  if (error instanceof errors.SocketError) return 'the connection was closed before an answer came';
  return error.message;
}
