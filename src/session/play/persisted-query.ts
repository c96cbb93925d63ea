import type { Reply } from '../../model/observation.ts';
import { parseJson } from './capture.ts';
import { atJsonPath } from './json-path.ts';
import type { WireRequest } from './transport.ts';

/**
 * The request to send again, with its query's text, when a GraphQL server says that it does not know the query's hash: the
 * protocol of automatic persisted queries asks clients to do so, and a server may forget at any time. `null` if the reply
 * says no such thing, or no earlier request held the text.
 */
export function withQueryText(request: WireRequest, reply: Reply, earlier: readonly WireRequest[]): WireRequest | null {
  if (reply.outcome !== 'answered' || !isNotFound(parseJson(reply.body.text))) return null;
  const { hash, query } = operation(request);
  if (hash === undefined || query !== undefined) return null;
  const text = earlier.map(operation).find((known) => known.hash === hash && known.query !== undefined)?.query;
  return text === undefined ? null : addQuery(request, text);
}

function isNotFound(body: unknown): boolean {
  const errors = atJsonPath(body, '$.errors');
  return (
    Array.isArray(errors) &&
    errors.some(
      (error: unknown) =>
        atJsonPath(error, '$.message') === 'PersistedQueryNotFound' ||
        atJsonPath(error, '$.extensions.code') === 'PERSISTED_QUERY_NOT_FOUND',
    )
  );
}

interface Operation {
  readonly hash: string | undefined;
  readonly query: string | undefined;
}

function operation({ target, body }: WireRequest): Operation {
  const content = body === null ? undefined : parseJson(body.toString());
  if (content !== undefined) {
    return {
      hash: text(atJsonPath(content, '$.extensions.persistedQuery.sha256Hash')),
      query: text(atJsonPath(content, '$.query')),
    };
  }
  const query = new URLSearchParams(target.split(/\?(.*)/s)[1] ?? '');
  const extensions = parseJson(query.get('extensions') ?? '');
  return { hash: text(atJsonPath(extensions, '$.persistedQuery.sha256Hash')), query: query.get('query') ?? undefined };
}

function addQuery(request: WireRequest, query: string): WireRequest {
  const content = request.body === null ? undefined : parseJson(request.body.toString());
  if (typeof content === 'object' && content !== null)
    return { ...request, body: Buffer.from(JSON.stringify({ ...content, query })) };
  return { ...request, target: `${request.target}&query=${encodeURIComponent(query)}` };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
