import type { RoutedRequest } from '../router/policies.ts';
import type { Watcher } from '../router/watcher.ts';

/** A request and its reply, as they went over the wire. */
export interface Recording {
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly ms: number;
  readonly visitor: number;
  readonly request: RoutedRequest;
  readonly body: Buffer;
  readonly status: number;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
  /** As sent, in its content encoding. */
  readonly reply: Buffer;
}

/** Remembers the last requests in bounded memory. */
export interface Recorder {
  watch(request: RoutedRequest, visitor: number): Watcher | null;
  /** In the order they were sent. */
  recordings(): readonly Recording[];
  /** How many requests were answered and are not among them: too much came after them, or they were too long. */
  missed(): number;
}

export interface RecorderOptions {
  /** What is older is forgotten, in milliseconds. Default ten minutes. */
  readonly keptMs?: number;
}

const KEPT_MS = 10 * 60_000;
const MAX_RECORDINGS = 5_000;
/** Of all bodies together, in bytes. */
const MAX_BYTES = 32 * 1024 * 1024;
/** A request with a longer body is not kept, of a longer reply only the headers, in bytes. */
const MAX_BODY = 512 * 1024;

/** Nothing recorded yet. */
export function createRecorder({ keptMs = KEPT_MS }: RecorderOptions = {}): Recorder {
  let kept: (Recording & { size: number })[] = [];
  let first = 0;
  let bytes = 0;
  let missed = 0;
  const forget = () => {
    const oldest = Date.now() - keptMs;
    for (let one = kept[first]; one !== undefined; one = kept[first]) {
      if (kept.length - first <= MAX_RECORDINGS && bytes <= MAX_BYTES && one.at >= oldest) break;
      bytes -= one.size;
      first++;
      missed++;
    }
    // Moved together only now and then.
    if (first > MAX_RECORDINGS) {
      kept = kept.slice(first);
      first = 0;
    }
  };
  return {
    watch(request, visitor) {
      if (request.headers.upgrade !== undefined) return null;
      const at = Date.now();
      const began = performance.now();
      const sent = gather();
      const received = gather();
      let rawHeaders: readonly string[] = [];
      return {
        sent: sent.add,
        began(_, headers) {
          rawHeaders = headers;
        },
        received: received.add,
        ended({ status }) {
          const body = sent.whole();
          // Without its reply a request can be played, without its body it cannot.
          if (body === null && status !== 0) missed++;
          if (body === null || status === 0) return;
          const reply = received.whole() ?? Buffer.alloc(0);
          const size = body.length + reply.length;
          kept.push({ at, ms: performance.now() - began, visitor, request, body, status, rawHeaders, reply, size });
          bytes += size;
          forget();
        },
      };
    },
    missed: () => missed,
    recordings() {
      forget();
      return kept.slice(first).sort((one, other) => one.at - other.at);
    },
  };
}

/** Gathers a body; `null` once it is too long. */
function gather(): { add: (chunk: Buffer) => void; whole: () => Buffer | null } {
  let chunks: Buffer[] = [];
  let length = 0;
  return {
    add(chunk) {
      length += chunk.length;
      if (length <= MAX_BODY) chunks.push(chunk);
      else chunks = [];
    },
    whole: () => (length > MAX_BODY ? null : Buffer.concat(chunks)),
  };
}
