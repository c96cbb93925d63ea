import { header } from '../../model/observation.ts';
import type { WireRequest } from './transport.ts';

/** Fields whose values are no free text: another one would be refused, or mean something else. */
const FIXED =
  /(?:^|[_.-])(?:id|ids|key|type|kind|mode|status|state|method|action|event|role|lang|locale|country|currency|format|version|date|time|at|url|uri|email|mail|phone|password|passwd|pass|secret|token|csrf|code|hash|signature|jsonrpc|query|operationName|_\w+)$|(?:Id|Ids|Key|Type|At|Url|Uri|Date|Time|Email|Token)$/i;
/** Texts that are one of a kind, by their form. */
const FORMAL = /@|:\/\/|^\d{4}-\d\d|^[0-9a-f-]{16,}$|^null$/i;

const OPPOSITES = new Map(
  [
    ['on', 'off'],
    ['yes', 'no'],
    ['true', 'false'],
  ].flatMap(([one = '', other = '']): [string, string][] => [
    [one, other],
    [other, one],
  ]),
);

/**
 * A request that writes something else: free texts, numbers and switches of its JSON, form or plain body are others, of the same form. `null`: it holds
 * nothing that could be another.
 */
export function changed(request: WireRequest): WireRequest | null {
  if (request.body === null) return null;
  const text = request.body.toString();
  const other = changedText(text, header(request.headers, 'content-type') ?? '');
  return other === null || other === text ? null : { ...request, body: Buffer.from(other) };
}

function changedText(text: string, type: string): string | null {
  if (/urlencoded/i.test(type)) {
    const form = new URLSearchParams(text);
    return new URLSearchParams([...form].map(([name, value]): [string, string] => [name, changedValue(name, value)])).toString();
  }
  if (/^text\/plain/i.test(type)) return changedValue('', text);
  try {
    return JSON.stringify(JSON.parse(text, (name, value: unknown) => changedMember(name, value)));
  } catch {
    return null;
  }
}

function changedMember(name: string, value: unknown): unknown {
  if (typeof value === 'string') return changedValue(name, value);
  if (typeof value === 'boolean') return FIXED.test(name) ? value : !value;
  return typeof value === 'number' && Number.isInteger(value) && !FIXED.test(name) ? value + 1 : value;
}

function changedValue(name: string, value: string): string {
  if (FIXED.test(name) || FORMAL.test(value.trim())) return value;
  const opposite = OPPOSITES.get(value.trim().toLowerCase());
  if (opposite !== undefined) return opposite;
  if (/^\d+$/.test(value)) return String(Number(value) + 1);
  return value.replace(/\p{L}+(?=\P{L}*$)/u, (word) => `${word}ed`);
}
