import { z } from 'zod';
import { messageOf, UserError } from '../../../errors.ts';
import type { Headers } from '../../../model/observation.ts';
import type { LeftOut } from '../../../model/session.ts';
import type { Until } from '../../../model/until.ts';
import type { SourceText } from '../http/syntax.ts';
import { ownOrigins } from './origins.ts';

/** A recorded request and its reply, of the app itself. */
export interface HarEntry {
  /** 1-based place in the file. */
  readonly ordinal: number;
  /** When it was sent, in milliseconds of any clock; `NaN`: not recorded. */
  readonly at: number;
  /** What it was asked again for; `null`: it was not. */
  readonly until: Until | null;
  readonly method: string;
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Headers;
  readonly body: { readonly text: string; readonly type: string } | null;
  readonly reply: { readonly status: number; readonly headers: Headers; readonly text: string; readonly type: string };
}

const fields = z.array(z.object({ name: z.string(), value: z.string() })).default([]);
const fileSchema = z.object({ log: z.object({ entries: z.array(z.unknown()) }) });
const entrySchema = z.object({
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
});

type RawEntry = z.infer<typeof entrySchema> & { readonly ordinal: number };

/** What a recording holds of one app. */
export interface Recording {
  /** In the order they were sent. */
  readonly entries: readonly HarEntry[];
  readonly leftOut: readonly LeftOut[];
  /** Origins of the app. */
  readonly own: ReadonlySet<string>;
}

/**
 * The entries of the recorded app: those to `origins`, or, if there are none, to the origin that seems to be its. Throws `UserError` for
 * what is no HAR.
 */
export function readRecording(source: SourceText, text: string, origins: readonly string[]): Recording {
  const leftOut: LeftOut[] = [];
  const raw = parse(source, text, leftOut);
  const inOrder = raw.sort((a, b) => Date.parse(a.startedDateTime) - Date.parse(b.startedDateTime) || a.ordinal - b.ordinal);
  const sent = inOrder.filter((entry) => {
    const reason = unplayable(entry);
    if (reason !== null) leftOut.push({ line: entry.ordinal, reason });
    return reason === null;
  });
  const requests = sent.map(({ request, response, _resourceType }) => ({
    url: new URL(request.url),
    headers: lowerCase(request.headers),
    body: request.postData?.text ?? '',
    isPage: _resourceType === 'document' || /html/.test(response.content.mimeType ?? ''),
  }));
  const own = ownOrigins(source, requests, origins);
  const entries = sent.flatMap((entry) => {
    const { origin } = new URL(entry.request.url);
    if (own.has(origin)) return [readEntry(entry)];
    leftOut.push({ line: entry.ordinal, reason: `to ${origin}` });
    return [];
  });
  return { entries, leftOut, own };
}

function parse(source: SourceText, text: string, leftOut: LeftOut[]): RawEntry[] {
  const hint = 'Export it anew: in the network panel of a browser, "Save all as HAR with content".';
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (cause) {
    throw new UserError('session-syntax', `${source.name}: not JSON: ${messageOf(cause)}`, hint, {
      cause,
    });
  }
  const file = fileSchema.safeParse(content);
  const invalid = ({ issues: [issue] }: z.ZodError, at: readonly PropertyKey[]) =>
    new UserError(
      'session-syntax',
      `${source.name}: ${[...at, ...(issue?.path ?? [])].join('.') || 'the file'}: ${issue?.message}`,
      hint,
    );
  if (!file.success) throw invalid(file.error, []);
  const read = file.data.log.entries.map((entry) => entrySchema.safeParse(entry));
  const [first] = read;
  // One odd entry is left out; a file of nothing else is none of these.
  if (first?.success === false && read.every(({ success }) => !success)) throw invalid(first.error, ['log', 'entries', 0]);
  return read.flatMap((result, index) => {
    if (result.success) return [{ ...result.data, ordinal: index + 1 }];
    leftOut.push({ line: index + 1, reason: notWhole(result.error) });
    return [];
  });
}

function notWhole({ issues: [issue] }: z.ZodError): string {
  const where = issue?.path.join('.') ?? '';
  return `not recorded whole${where === '' ? '' : ` (${where})`}`;
}

/** Why an entry cannot be played; `null` if it can. */
function unplayable({ request, response, _resourceType }: RawEntry): string | null {
  if (!URL.canParse(request.url)) return 'to no valid address';
  const { protocol } = new URL(request.url);
  if (_resourceType === 'websocket' || /^wss?:/.test(protocol)) return 'over WebSockets';
  if (!/^https?:/.test(protocol)) return `by ${protocol}, not over HTTP`;
  const preflight =
    request.method.toUpperCase() === 'OPTIONS' && request.headers.some(({ name }) => /^access-control-request-method$/i.test(name));
  if (preflight) return 'of the browser itself (CORS preflights)';
  return response.status < 200 ? 'that were not answered' : null;
}

function readEntry({ ordinal, startedDateTime, request, response }: RawEntry): HarEntry {
  const { content } = response;
  const headers = lowerCase(request.headers);
  const type = headers.find(([name]) => name === 'content-type')?.[1] ?? request.postData?.mimeType ?? '';
  return {
    ordinal,
    at: Date.parse(startedDateTime),
    until: null,
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
