import type { UserError } from '../../../errors.ts';
import type { Template, TemplatePart } from '../../../model/session.ts';
import type { Definition } from './blocks.ts';
import { readGenerated } from './generated.ts';
import type { At, KeyOf, NamedRequest, Scope } from './scope.ts';
import { readSelector } from './selector.ts';
import { didYouMean, errorAt, type Line, syntaxError } from './syntax.ts';
import { isOriginName, mergeText } from './target.ts';

export interface ExpandOptions {
  /** Where the text goes: an origin's variable may be unknown, and a field's value is encoded. */
  readonly position: 'url' | 'form' | 'plain';
}

/** What begins anew within it is another one. */
const HOLE = /\{\{((?:(?!\{\{).)*?)\}\}/g;
const NAME = /^[A-Za-z_][\w.-]*(\[\d+\][\w.-]*)*$/;
const REQUEST_VARIABLE = /^([A-Za-z_][\w-]*)\.(response|request)\.(.+)$/s;
const MAX_NESTING = 20;

/** The template of a line: known values written in, the rest left as holes. Throws for what no play could know. */
export function expand(line: Line, scope: Scope, options: ExpandOptions): Template {
  return mergeText(new Expansion(scope, options).line(line, (name, column) => `${line.place.line}:${column} $${name}`, []));
}

class Expansion {
  readonly #scope: Scope;
  readonly #position: ExpandOptions['position'];

  constructor(scope: Scope, { position }: ExpandOptions) {
    this.#scope = scope;
    this.#position = position;
  }

  line(line: Line, keyOf: KeyOf, within: readonly string[]): TemplatePart[] {
    const parts: TemplatePart[] = [];
    let last = 0;
    for (const match of line.text.matchAll(HOLE)) {
      const before = line.text.slice(0, match.index);
      parts.push({ kind: 'text', text: line.text.slice(last, match.index) });
      parts.push(...this.#hole(match[1] ?? '', { line, column: line.place.column + match.index, keyOf, within, before }));
      last = match.index + match[0].length;
    }
    const rest = line.text.slice(last);
    if (this.#position === 'url' && rest.includes('{{')) throw unclosed(line, last + rest.indexOf('{{'));
    return [...parts, { kind: 'text', text: rest }];
  }

  #hole(written: string, at: At): TemplatePart[] {
    const encode = written.trim().startsWith('%');
    const name = written.trim().replace(/^%/, '');
    if (name.startsWith('$')) return [readGenerated(name.slice(1), { ...at, ...this.#scope })];
    const request = REQUEST_VARIABLE.exec(name);
    if (request !== null) return this.#request(name, { request, encode, at });
    if (!NAME.test(name)) return [{ kind: 'text', text: `{{${written}}}` }];
    return this.#plain(name, at).map((part) => (encode && part.kind === 'variable' ? { ...part, as: 'url' as const } : part));
  }

  #plain(name: string, at: At): TemplatePart[] {
    const { variables, earlier, anythingGoes, used, environments, own } = this.#scope;
    used.add(name);
    const [root = name] = name.split(/[.[]/, 1);
    used.add(root);
    const given = lookup(name, variables) ?? lookup(name, environments.before);
    if (given !== undefined) return this.#defined(name, { ...at.line, text: given }, at);
    const isSet = (sets: ReadonlySet<string>) => sets.has(name) || sets.has(root);
    if (earlier.some(({ sets }) => isSet(sets))) return [{ kind: 'variable', name }];
    const definition = this.#definition(name);
    if (definition !== undefined) return this.#defined(name, definition.value, at);
    if (isSet(own)) return [{ kind: 'variable', name }];
    const fallback = lookup(name, environments.after);
    if (fallback !== undefined) return this.#defined(name, { ...at.line, text: fallback }, at);
    if (this.#position === 'url' && isOrigin(name, at)) return [];
    if (anythingGoes) return [{ kind: 'variable', name }];
    throw this.#unknown(name, at);
  }

  #defined(name: string, value: Line, at: At): TemplatePart[] {
    const cycle = at.within.includes(name);
    if (cycle || at.within.length > MAX_NESTING) {
      throw syntaxError(at.line.source, place(at), { message: `@${name} refers to itself`, hint: 'Give it a value of its own.' });
    }
    const { definitions } = this.#scope;
    const again = definitions.filter((definition) => definition.name === name).length > 1 ? `:${value.place.line}` : '';
    let drawn = 0;
    // By name and not by place: all uses of the variable share its value.
    const keyOf: KeyOf = () => {
      drawn++;
      return `@${name}${again}${drawn === 1 ? '' : ` ${drawn}`}`;
    };
    return this.line(value, keyOf, [...at.within, name]);
  }

  /** The last definition so far; else, as editors read the whole file first, the first one to come. */
  #definition(name: string): Definition | undefined {
    const all = this.#scope.definitions.filter((definition) => definition.name === name);
    return all.findLast(({ block }) => block <= this.#scope.block) ?? all[0];
  }

  #request(name: string, { request, encode, at }: { request: RegExpExecArray; encode: boolean; at: At }): TemplatePart[] {
    const [, wanted = '', side = '', selector = ''] = request;
    const source = this.#scope.earlier.findLast((candidate) => candidate.name === wanted);
    const away = this.#scope.leftOut.find((candidate) => candidate.name === wanted);
    if (source === undefined && away !== undefined) throw this.#leftOut(`the request "${wanted}"`, away.reason, at);
    if (source === undefined) throw this.#unknownRequest(wanted, at);
    if (side === 'request') return this.#sent(source, { selector, at });
    const from = readSelector(selector, { source: at.line.source, place: place(at) });
    if (!source.captures.some((capture) => capture.name === name)) source.captures.push({ name, from });
    const isField = this.#position !== 'plain' && at.before.endsWith('=');
    return [encode || isField ? { kind: 'variable', name, as: 'url' } : { kind: 'variable', name }];
  }

  #sent(source: NamedRequest, { selector, at }: { selector: string; at: At }): TemplatePart[] {
    const header = /^headers\.(.+)$/.exec(selector)?.[1]?.toLowerCase();
    const found = header === undefined ? undefined : source.headers.find(([name]) => name.toLowerCase() === header)?.[1];
    const body = /^body(\.\*)?$/.test(selector) ? source.bodyText : undefined;
    const template = found ?? body;
    if (template !== undefined && template !== null) return [...template];
    const hint = 'Use a file variable in both places: `@id = {{$uuid}}`, then `{{id}}`.';
    throw syntaxError(at.line.source, place(at), { message: `request.${selector} cannot be taken from an earlier request`, hint });
  }

  #unknown(name: string, at: At): UserError {
    const { definitions, variables, earlier, environments, leftOut } = this.#scope;
    const away = leftOut.find(({ sets }) => sets.has(name));
    if (away !== undefined) return this.#leftOut(`the request that sets {{${name}}}`, away.reason, at);
    const known = [
      ...new Set([
        ...definitions.map((d) => d.name),
        ...[variables, environments.before, environments.after].flatMap(Object.keys),
        ...earlier.flatMap(({ sets }) => [...sets]),
      ]),
    ];
    const meant = didYouMean(name, known);
    const { names, chosen, lookedAt } = environments;
    const choose =
      chosen === null && names.length > 0 ? ` No environment is chosen: --http-env ${names.join(' or ')}.` : ` ${lookedAt}`;
    const listed = `${known.length === 0 ? 'The file sets none.' : `Known: ${known.join(', ')}.`}${choose}`;
    return errorAt(at.line.source, place(at), {
      code: 'session-unknown-variable',
      message: `{{${name}}} has no value${meant === null ? '' : `; did you mean {{${meant}}}?`}`,
      hint: `${listed} Set it in the file with \`@${name} = value\`, or pass it: --var ${name}=value`,
    });
  }

  #leftOut(what: string, reason: string, at: At): UserError {
    return errorAt(at.line.source, place(at), {
      code: 'session-origin',
      message: `${what} is not played: it goes ${reason}`,
      hint: 'If that is the app as well, name all its origins: --origin http://localhost:8080 --origin http://localhost:9000.',
    });
  }

  #unknownRequest(name: string, at: At): UserError {
    const known = this.#scope.earlier.flatMap((request) => (request.name === null ? [] : [request.name]));
    const meant = didYouMean(name, known);
    return errorAt(at.line.source, place(at), {
      code: 'session-unknown-variable',
      message: `no earlier request is named "${name}"${meant === null ? '' : `; did you mean "${meant}"?`}`,
      hint: `${known.length === 0 ? 'None has a name so far.' : `Named so far: ${known.join(', ')}.`} Name a request with \`# @name ${name}\` above it.`,
    });
  }
}

/** Whether a variable without a value stands for an origin: by its name, or because the URL begins with it and goes on with a path. */
function isOrigin(name: string, { before, line, column }: At): boolean {
  if (isOriginName(name) && !before.replace(/:\/\//, '').includes('/')) return true;
  const after = line.text.slice(column - line.place.column).replace(/^\{\{.*?\}\}/, '');
  return before === '' && /^[/?]/.test(after);
}

function lookup(name: string, values: Readonly<Record<string, string>>): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function place({ line, column }: At) {
  return { line: line.place.line, column };
}

function unclosed(line: Line, offset: number) {
  const where = { line: line.place.line, column: line.place.column + offset };
  return syntaxError(line.source, where, { message: '{{ is never closed', hint: 'Close the variable with }}.' });
}
