import { z } from 'zod';
import { UserError } from '../../errors.ts';
import type { Headers } from '../../model/observation.ts';
import type { SourceText } from './syntax.ts';

/** A recorded request and its reply, of the app itself. */
export interface HarEntry {
  /** 1-based place in the file. */
  readonly ordinal: number;
  readonly method: string;
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Headers;
  readonly body: { readonly text: string; readonly type: string } | null;
  readonly reply: { readonly status: number; readonly headers: Headers; readonly text: string; readonly type: string };
}

const fields = z.array(z.object({ name: z.string(), value: z.string() })).default([]);
const schema = z.object({
  log: z.object({
    entries: z.array(
      z.object({
        startedDateTime: z.string().default(''),
        _resourceType: z.string().optional(),
        request: z.object({
          method: z.string().regex(/^[A-Za-z][A-Za-z-]*$/),
          url: z.string(),
          headers: fields,
          postData: z
            .object({
              mimeType: z.string().default(''),
              text: z.string().optional(),
              encoding: z.string().optional(),
              params: z
                .array(
                  z.object({
                    name: z.string(),
                    value: z.string().optional(),
                    fileName: z.string().optional(),
                    contentType: z.string().optional(),
                  }),
                )
                .optional(),
            })
            .nullish(),
        }),
        response: z.object({
          status: z.number(),
          headers: fields,
          content: z
            .object({ mimeType: z.string().optional(), text: z.string().optional(), encoding: z.string().optional() })
            .default({}),
        }),
      }),
    ),
  }),
});

type RawEntry = z.infer<typeof schema>['log']['entries'][number];

/** The entries of the recorded app in the order they were sent. Throws `UserError` for what is no HAR. */
export function readEntries(source: SourceText, text: string): HarEntry[] {
  const raw = parse(source, text).map((entry, index) => ({ ...entry, ordinal: index + 1 }));
  const inOrder = raw.sort((a, b) => Date.parse(a.startedDateTime) - Date.parse(b.startedDateTime) || a.ordinal - b.ordinal);
  const sent = inOrder.filter(isPlayable);
  const origin = mainOrigin(sent);
  return sent.flatMap((entry) => (new URL(entry.request.url).origin === origin ? [readEntry(entry, entry.ordinal)] : []));
}

function parse(source: SourceText, text: string): RawEntry[] {
  const hint = 'Export it anew: in the network panel of a browser, "Save all as HAR with content".';
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (cause) {
    throw new UserError('session-syntax', `${source.name}: not JSON: ${cause instanceof Error ? cause.message : cause}`, hint, {
      cause,
    });
  }
  const result = schema.safeParse(content);
  if (result.success) return result.data.log.entries;
  const [issue] = result.error.issues;
  throw new UserError('session-syntax', `${source.name}: ${issue?.path.join('.') || 'the file'}: ${issue?.message}`, hint);
}

/** Neither a preflight, which browsers make up, nor what never got an answer, nor another protocol. */
function isPlayable({ request, response, _resourceType }: RawEntry): boolean {
  if (!URL.canParse(request.url) || !/^https?:/.test(request.url) || _resourceType === 'websocket') return false;
  const preflight =
    request.method.toUpperCase() === 'OPTIONS' && request.headers.some(({ name }) => /^access-control-request-method$/i.test(name));
  return !preflight && response.status >= 200;
}

/** That of the first page; of a recording without pages, the commonest. */
function mainOrigin(entries: readonly RawEntry[]): string | null {
  const isPage = ({ _resourceType, response }: RawEntry) =>
    _resourceType === 'document' || /html/.test(response.content.mimeType ?? '');
  const page = entries.find(isPage);
  if (page !== undefined) return new URL(page.request.url).origin;
  const counts = new Map<string, number>();
  for (const { request } of entries) {
    const { origin } = new URL(request.url);
    counts.set(origin, (counts.get(origin) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}

function readEntry({ request, response }: RawEntry, ordinal: number): HarEntry {
  const { content } = response;
  const headers = lowerCase(request.headers);
  const type = headers.find(([name]) => name === 'content-type')?.[1] ?? request.postData?.mimeType ?? '';
  return {
    ordinal,
    method: request.method.toUpperCase(),
    url: new URL(request.url),
    headers,
    body: postedBody(request.postData, type),
    reply: {
      status: response.status,
      headers: lowerCase(response.headers),
      text: decoded(content.text ?? '', content.encoding),
      type: content.mimeType ?? '',
    },
  };
}

function lowerCase(list: readonly { readonly name: string; readonly value: string }[]): Headers {
  return list.map(({ name, value }) => [name.toLowerCase(), value] as const);
}

function decoded(text: string, encoding: string | undefined): string {
  return encoding === 'base64' ? Buffer.from(text, 'base64').toString() : text;
}

/** Some browsers record an empty text where there was no body. */
function postedBody(posted: PostData | null | undefined, type: string): HarEntry['body'] {
  const text = posted ? postedText(posted, type) : '';
  return text === '' ? null : { type, text };
}

type PostData = NonNullable<RawEntry['request']['postData']>;

function postedText({ text, encoding, params = [] }: PostData, type: string): string {
  if (text !== undefined && text !== '') return decoded(text, encoding);
  const boundary = /boundary="?([^\s";]+)/i.exec(type)?.[1];
  if (boundary === undefined) return params.map(({ name, value = '' }) => `${encodeField(name)}=${encodeField(value)}`).join('&');
  const parts = params.map(({ name, value, fileName, contentType }) => {
    const file =
      fileName === undefined ? '' : `; filename="${fileName}"\r\nContent-Type: ${contentType ?? 'application/octet-stream'}`;
    // Browsers do not record what was in a file.
    return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${value ?? fileName ?? ''}\r\n`;
  });
  return `${parts.join('')}--${boundary}--\r\n`;
}

/** Some browsers record fields decoded, others as they were sent. */
function encodeField(value: string): string {
  return /^[\w.~*%+-]*$/.test(value) ? value : encodeURIComponent(value);
}
