import { Client, type Dispatcher, errors } from 'undici';
import type { Headers } from '../model/observation.ts';

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
  readonly maxBytes: number;
  readonly signal: AbortSignal | undefined;
}

/** One keep-alive connection to the router. The deadlines are ours: undici's own would call a slow stream an error. */
export function connect(origin: string): Client {
  return new Client(origin, { headersTimeout: 0, bodyTimeout: 0, maxHeaderSize: 256 * 1024, pipelining: 1 });
}

/** Sends a request once and reads the reply within the limits; never rejects. */
export function exchange(client: Client, request: WireRequest, limits: Limits): Promise<Received> {
  return new Promise((resolve) => {
    const reading = new Reading(limits, resolve);
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
  readonly #chunks: Buffer[] = [];
  #timer: NodeJS.Timeout;
  #deadline: number;
  #bytes = 0;
  #head: Head | null = null;
  #controller: Dispatcher.DispatchController | null = null;
  #done = false;

  constructor(limits: Limits, resolve: (received: Received) => void) {
    this.#limits = limits;
    this.#resolve = resolve;
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
    this.#timer = setTimeout(this.#expire, Math.max(0, Math.min(this.#limits.streamWindowMs, this.#deadline - performance.now())));
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#done) return;
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
