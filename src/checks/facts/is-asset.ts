import { type Exchange, header } from '../../model/observation.ts';

/** What pages are dressed in. Images are not: visitors upload them. */
const ASSET = /\b(?:css|(?:java|ecma)script|wasm)\b|\bfont\b|\bwoff2?\b/i;

/** Whether an answer is a style sheet, a script, a font or a source map. */
export function isAsset({ request, reply }: Exchange): boolean {
  if (request.method !== 'GET' || reply.outcome !== 'answered' || reply.status !== 200) return false;
  return ASSET.test(header(reply.headers, 'content-type') ?? '') || /\.map(?:\?|$)/.test(request.target);
}
