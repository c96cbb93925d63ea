import { type Headers, header, headerValues, type Reply } from '../../model/observation.ts';
import type { CaptureSource } from '../../model/session.ts';
import { atJsonPath } from './json-path.ts';
import { elements, matches } from './page-elements.ts';

type Answer = Extract<Reply, { outcome: 'answered' }>;

/** The value that a reply holds at a source; `undefined` if it holds none. Scripts are not run here. */
export function takeCapture(source: CaptureSource, reply: Answer): string | undefined {
  switch (source.kind) {
    case 'status':
      return String(reply.status);
    case 'header':
      return fromHeader(reply.headers, source);
    case 'cookie':
      return cookieValue(reply.headers, source.name);
    case 'json':
      return fromJson(reply.body.text, source.path);
    case 'pattern':
      return firstGroup(source.pattern, reply.body.text);
    case 'html':
      return elements(reply.body.text, new Set([source.tag]))
        .filter((element) => matches(element, source.match))
        [source.nth]?.attributes.get(source.attribute);
    case 'script':
      return undefined;
  }
}

/** The body as JSON, or `undefined`. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fromHeader(headers: Headers, { name, pattern }: Extract<CaptureSource, { kind: 'header' }>): string | undefined {
  const value = header(headers, name.toLowerCase());
  return value === undefined || pattern === undefined ? value : firstGroup(pattern, value);
}

function cookieValue(headers: Headers, name: string): string | undefined {
  for (const line of headerValues(headers, 'set-cookie').reverse()) {
    const [pair = ''] = line.split(';', 1);
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return undefined;
}

function fromJson(text: string, path: string): string | undefined {
  if (path === '$' || path === '') return text;
  const value = atJsonPath(parseJson(text), path);
  if (value === undefined || value === null) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function firstGroup(pattern: string, text: string): string | undefined {
  const match = new RegExp(pattern).exec(text);
  return match?.[1] ?? match?.[0];
}
