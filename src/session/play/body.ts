import { createHash } from 'node:crypto';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { type Body, type Headers, header, headerValues } from '../../model/observation.ts';

export interface BodyLimits {
  /** Text kept, in bytes. */
  readonly maxTextBytes: number;
  /** Decoded bytes counted and hashed. */
  readonly maxBytes: number;
}

interface Decoded {
  readonly bytes: Buffer;
  readonly state: Body['state'];
}

/** The content of a reply: encodings undone, text decoded by its charset, everything bounded. */
export async function readBody(
  raw: Buffer,
  headers: Headers,
  options: BodyLimits & { readonly end: Body['state'] },
): Promise<Body> {
  const { bytes, state } = await decodeContent({ bytes: raw, state: options.end }, headers, options.maxBytes);
  const type = header(headers, 'content-type')?.toLowerCase() ?? '';
  const kept = bytes.subarray(0, options.maxTextBytes);
  const binary = !isTextual(type) && !looksLikeText(kept, { cut: kept.length < bytes.length || state !== 'whole' });
  const text = binary ? '' : decodeText(kept, type);
  return {
    text: type.startsWith('text/event-stream') && state === 'cut' ? wholeEvents(text) : text,
    bytes: bytes.length,
    digest: createHash('sha256').update(bytes).digest('hex'),
    binary,
    state,
  };
}

async function decodeContent(content: Decoded, headers: Headers, maxBytes: number): Promise<Decoded> {
  const encodings = headerValues(headers, 'content-encoding')
    .flatMap((value) => value.toLowerCase().split(','))
    .map((encoding) => encoding.trim())
    .filter((encoding) => encoding !== '' && encoding !== 'identity');
  let current = content;
  // Undone from the last applied to the first; nobody applies more than a few.
  for (const encoding of encodings.slice(-4).reverse()) {
    if (current.bytes.length > 0) current = await inflate(current, encoding, maxBytes);
  }
  return current;
}

function inflate({ bytes, state }: Decoded, encoding: string, maxBytes: number): Promise<Decoded> {
  const decoder = decoderFor(encoding, bytes);
  if (decoder === null) return Promise.resolve({ bytes, state });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (end: Body['state']) => {
      decoder.destroy();
      resolve({ bytes: Buffer.concat(chunks), state: state === 'whole' ? end : state });
    };
    decoder.on('data', (chunk: Buffer) => {
      const room = maxBytes - size;
      chunks.push(chunk.subarray(0, room));
      size += Math.min(room, chunk.length);
      if (chunk.length > room) finish('cut');
    });
    decoder.once('end', () => finish('whole'));
    decoder.once('error', () => finish('broken'));
    decoder.end(bytes);
  });
}

function decoderFor(encoding: string, bytes: Buffer) {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'br':
      return createBrotliDecompress();
    case 'deflate':
      // Some servers send the bare stream without the zlib header that the standard asks for.
      return ((bytes[0] ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw();
    default:
      return null;
  }
}

function isTextual(type: string): boolean {
  return /^text\/|[/+](json|xml|javascript|x-www-form-urlencoded|graphql|x-ndjson|ecmascript|yaml)\b/.test(type);
}

function looksLikeText(bytes: Buffer, { cut }: { cut: boolean }): boolean {
  if (bytes.includes(0)) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: cut });
    return true;
  } catch {
    return false;
  }
}

function decodeText(bytes: Buffer, type: string): string {
  const charset = /charset\s*=\s*"?([^\s";]+)/.exec(type)?.[1] ?? 'utf-8';
  return decoderOf(charset).decode(bytes);
}

function decoderOf(charset: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}

/** Without the event that was being sent when time was up: how much of it had come is chance. */
function wholeEvents(text: string): string {
  const end = Math.max(text.lastIndexOf('\n\n'), text.lastIndexOf('\r\n\r\n'));
  return end === -1 ? '' : `${text.slice(0, end).trimEnd()}\n\n`;
}
