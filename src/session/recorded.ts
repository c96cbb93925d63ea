import { type Headers, header, type Reply } from '../model/observation.ts';
import { kindOfRequest } from '../model/request-kind.ts';
import type { Recorded } from '../model/session.ts';

/** What a recorded reply says of the replies to come. `type`: its media type, empty if none was recorded. */
export function recordedAs(status: number, headers: Headers, { type, target }: { type: string; target: string }): Recorded {
  return { status, redirect: redirectOf(status, headers, target), content: contentOf(status, type) };
}

/** In which way a reply is not as it was recorded, as both in words; `null`: it is. Ids in paths and values of queries do not count. */
export function unlikeRecorded(recorded: Recorded, reply: Reply, target: string): { before: string; now: string } | null {
  if (reply.outcome !== 'answered') return { before: String(recorded.status), now: 'no answer' };
  const type = header(reply.headers, 'content-type')?.split(';')[0]?.trim() ?? '';
  const now = recordedAs(reply.status, reply.headers, { type, target });
  if (classOf(now.status) !== classOf(recorded.status)) return { before: String(recorded.status), now: String(now.status) };
  if (recorded.redirect !== null && now.redirect !== null && recorded.redirect !== now.redirect)
    return { before: `${recorded.status} → ${recorded.redirect}`, now: `${now.status} → ${now.redirect}` };
  if (recorded.content !== null && now.content !== null && recorded.content !== now.content)
    return { before: `${recorded.status} with ${recorded.content}`, now: `${now.status} with ${now.content}` };
  return null;
}

/** What a browser has in its cache was an answer. */
function classOf(status: number): number {
  return status === 304 ? 2 : Math.floor(status / 100);
}

/** The path that a redirect leads to, wherever the app stood. */
function redirectOf(status: number, headers: Headers, from: string): string | null {
  const location = header(headers, 'location');
  const base = `http://localhost${from}`;
  if (classOf(status) !== 3 || location === undefined || !URL.canParse(location, base)) return null;
  return kindOfRequest(`GET ${new URL(location, base).pathname}`).slice('GET '.length);
}

/** The kind of content, as far as its type names one. */
function contentOf(status: number, type: string): string | null {
  if (classOf(status) !== 2 || status === 204 || status === 304) return null;
  if (/\bhtml\b/i.test(type)) return 'a page';
  if (/[/+]json\b/i.test(type)) return 'JSON';
  return /^(?:image|audio|video|font)\//i.exec(type)?.[0].slice(0, -1).toLowerCase() ?? null;
}
