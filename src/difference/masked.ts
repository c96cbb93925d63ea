import { type Exchange, header } from '../model/observation.ts';
import { isJson } from './reply-lines.ts';

/** What stands for a value that is left aside. */
const MASK = '…';

/** A reply with the values at these paths of its JSON left aside, in the oracle's way to write paths: `body.items[0].id`. */
export function masked(exchange: Exchange, paths: ReadonlySet<string>): Exchange {
  const { reply } = exchange;
  if (paths.size === 0 || reply.outcome !== 'answered' || reply.body.binary) return exchange;
  if (!isJson(header(reply.headers, 'content-type') ?? '', reply.body.text)) return exchange;
  const without = (value: unknown, path: string): unknown => {
    if (paths.has(path)) return MASK;
    if (Array.isArray(value)) return value.map((item, at) => without(item, `${path}[${at}]`));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, without(item, `${path}.${key}`)]));
  };
  try {
    const text = JSON.stringify(without(JSON.parse(reply.body.text), 'body'));
    return { ...exchange, reply: { ...reply, body: { ...reply.body, text } } };
  } catch {
    // It is cut, or no JSON, or deeper than calls can be.
    return exchange;
  }
}
