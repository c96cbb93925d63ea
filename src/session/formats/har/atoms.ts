import type { TemplatePart } from '../../../model/session.ts';
import { unescaped } from '../../play/template.ts';

/** A value within a text that is sent: a path segment, a field, a member of a JSON body. */
export interface Atom {
  readonly start: number;
  readonly end: number;
  /** As the app reads it, decoded. */
  readonly value: string;
  /** How it is written here. */
  readonly as: Extract<TemplatePart, { kind: 'variable' }>['as'];
  /** What names it: the field, the JSON key, or for a path segment the segment before. */
  readonly name: string;
  readonly where: 'path' | 'field' | 'header';
}

/** Path segments and query fields of a target. */
export function targetAtoms(target: string): Atom[] {
  const atoms: Atom[] = [];
  const query = target.indexOf('?');
  const path = query === -1 ? target : target.slice(0, query);
  let before = '';
  for (const match of path.matchAll(/[^/]+/g)) {
    const value = unescaped(match[0]);
    atoms.push({ start: match.index, end: match.index + match[0].length, value, as: 'url', name: before, where: 'path' });
    before = value;
  }
  return query === -1 ? atoms : [...atoms, ...formAtoms(target.slice(query + 1)).map((atom) => moved(atom, query + 1))];
}

/** Fields of a query or a form. */
function formAtoms(text: string): Atom[] {
  const atoms: Atom[] = [];
  let start = 0;
  for (const field of text.split('&')) {
    const equals = field.indexOf('=');
    if (equals !== -1) {
      const value = field.slice(equals + 1);
      atoms.push({
        start: start + equals + 1,
        end: start + field.length,
        value: unescaped(value.replaceAll('+', ' ')),
        as: 'url',
        name: unescaped(field.slice(0, equals)),
        where: 'field',
      });
    }
    start += field.length + 1;
  }
  return atoms;
}

/** A header field's value, without the scheme of a credential. */
export function headerAtoms(name: string, value: string): Atom[] {
  const start = /^(?:Bearer|Token|JWT|ApiKey)\s+/i.exec(value)?.[0].length ?? 0;
  return [{ start, end: value.length, value: value.slice(start), as: undefined, name, where: 'header' }];
}

/** Strings and numbers of a JSON text, with their keys; none if it is not JSON. */
function jsonAtoms(text: string): Atom[] {
  if (!isJson(text)) return [];
  const atoms: Atom[] = [];
  const keys: string[] = [''];
  for (const match of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[{}[\]]/g)) {
    const [token, quoted, colon] = match;
    const { index: start } = match;
    if (colon !== undefined) keys[keys.length - 1] = JSON.parse(quoted ?? '""') as string;
    else if (token === '{' || token === '[') keys.push(keys.at(-1) ?? '');
    else if (token === '}' || token === ']') keys.pop();
    else if (quoted !== undefined) {
      atoms.push({
        start: start + 1,
        end: start + quoted.length - 1,
        value: JSON.parse(quoted) as string,
        as: 'json',
        name: keys.at(-1) ?? '',
        where: 'field',
      });
    } else atoms.push({ start, end: start + token.length, value: token, as: undefined, name: keys.at(-1) ?? '', where: 'field' });
  }
  return atoms;
}

/** Text fields of a multipart form. */
function multipartAtoms(text: string): Atom[] {
  const part = /content-disposition:\s*form-data;[^\r\n]{0,200}?\bname="([^"\r\n]*)"\r?\n\r?\n([^\r\n]*)\r?\n--/gi;
  return [...text.matchAll(part)].map((match) => {
    const [whole, name = '', value = ''] = match;
    const end = match.index + whole.replace(/\r?\n--$/, '').length;
    return { start: end - value.length, end, value, as: undefined, name, where: 'field' };
  });
}

/** The atoms of a body by its content type. */
export function bodyAtoms(text: string, type: string): Atom[] {
  if (/urlencoded/i.test(type)) return formAtoms(text);
  if (/^multipart\/form-data/i.test(type)) return multipartAtoms(text);
  return /\bjson\b/i.test(type) || /^\s*[[{]/.test(text) ? jsonAtoms(text) : [];
}

function moved(atom: Atom, by: number): Atom {
  return { ...atom, start: atom.start + by, end: atom.end + by };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
