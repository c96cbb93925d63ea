import type { CaptureSource } from '../../../model/session.ts';
import { isJsonPath } from '../../play/json-path.ts';
import { type Place, type SourceText, syntaxError } from './syntax.ts';

/** Of XPath only what names one attribute of a page's element: `//input[@name='_csrf']/@value`. */
const ATTRIBUTE_PATH = /^\/\/([\w-]+)((?:\[@[\w:-]+\s*=\s*(?:'[^']*'|"[^"]*")\])*)(?:\[(\d+)\])?\/@([\w:-]+)$/;

/** Reads what follows `name.response.`: where in the reply the value lies. */
export function readSelector(selector: string, at: { readonly source: SourceText; readonly place: Place }): CaptureSource {
  const [, side = '', path = ''] = /^(body|headers)(?:\.(.*))?$/s.exec(selector) ?? [];
  if (side === 'headers' && path !== '') return { kind: 'header', name: path.toLowerCase() };
  if (selector === 'status') return { kind: 'status' };
  if (side !== 'body') throw unreadable(selector, at);
  if (path === '' || path === '*' || path === '$') return { kind: 'json', path: '$' };
  if (path.startsWith('/')) return readAttributePath(path, at);
  const jsonPath = path.startsWith('$') ? path : `$.${path}`;
  if (!isJsonPath(jsonPath)) throw unreadable(selector, at);
  return { kind: 'json', path: jsonPath };
}

function readAttributePath(path: string, at: { readonly source: SourceText; readonly place: Place }): CaptureSource {
  const match = ATTRIBUTE_PATH.exec(path);
  if (match === null) throw unreadable(`body.${path}`, at);
  const [, tag = '', conditions = '', nth = '1', attribute = ''] = match;
  const wanted = [...conditions.matchAll(/\[@([\w:-]+)\s*=\s*(?:'([^']*)'|"([^"]*)")\]/g)];
  return {
    kind: 'html',
    tag: tag.toLowerCase(),
    attribute: attribute.toLowerCase(),
    match: wanted.map(([, name = '', single, double]) => [name.toLowerCase(), single ?? double ?? ''] as const),
    nth: Math.max(0, Number(nth) - 1),
  };
}

function unreadable(selector: string, { source, place }: { readonly source: SourceText; readonly place: Place }) {
  return syntaxError(source, place, {
    message: `cannot take "response.${selector}" from a reply`,
    hint: "Use response.body.$.path[0].to or another JSONPath, response.headers.Name, response.body.* or response.body.//input[@name='field']/@value.",
  });
}
