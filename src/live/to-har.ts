import { isUtf8 } from 'node:buffer';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { Recording } from './recorder.ts';

/** More is no text that a page shows, in bytes. */
const MAX_TEXT = 8 * 1024 * 1024;
const DECODERS: Readonly<Record<string, typeof gunzipSync>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  br: brotliDecompressSync,
  deflate: inflateSync,
};

/** Recordings as an HTTP archive (HAR 1.2), as browsers export it. `origin`: of the app; `tool`: our name and version. */
export function toHar(recordings: readonly Recording[], { origin, tool }: { origin: string; tool: string }): string {
  const [name, version] = tool.split(' ');
  const log = { version: '1.2', creator: { name, version }, entries: recordings.map(entryOf) };
  return `${JSON.stringify({ log }, null, 1)}\n`;

  function entryOf({ at, ms, request, body, status, rawHeaders, reply }: Recording) {
    const type = String(request.headers['content-type'] ?? '');
    const headers = Object.entries(request.headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((text) => ({ name, value: text })),
    );
    const own = replyHeaders(rawHeaders);
    const find = (wanted: string) => own.find(({ name }) => name.toLowerCase() === wanted)?.value ?? '';
    const content = textOf(decoded(reply, find('content-encoding')));
    return {
      startedDateTime: new Date(at).toISOString(),
      time: ms,
      request: {
        method: request.method,
        url: origin + request.path,
        httpVersion: 'HTTP/1.1',
        headers,
        cookies: [],
        queryString: [],
        headersSize: -1,
        bodySize: body.length,
        ...(body.length === 0 ? {} : { postData: { mimeType: type, ...textOf(body) } }),
      },
      response: {
        status,
        statusText: '',
        httpVersion: 'HTTP/1.1',
        headers: own,
        cookies: [],
        content: { size: reply.length, mimeType: find('content-type'), ...content },
        redirectURL: find('location'),
        headersSize: -1,
        bodySize: reply.length,
      },
      cache: {},
      timings: { send: 0, wait: ms, receive: 0 },
    };
  }
}

function replyHeaders(raw: readonly string[]): { name: string; value: string }[] {
  return raw.flatMap((name, index) => (index % 2 === 0 ? [{ name, value: raw[index + 1] ?? '' }] : []));
}

/** What cannot be decoded stays as it is. */
function decoded(body: Buffer, encoding: string): Buffer {
  try {
    return DECODERS[encoding.trim().toLowerCase()]?.(body, { maxOutputLength: MAX_TEXT }) ?? body;
  } catch {
    return body;
  }
}

function textOf(body: Buffer): { text: string; encoding?: string } {
  return isUtf8(body) ? { text: body.toString('utf8') } : { text: body.toString('base64'), encoding: 'base64' };
}
