import { isSafe } from '../../../model/observation.ts';
import type { Declared } from '../../../model/session.ts';
import type { Until } from '../../../model/until.ts';
import type { Directive } from './blocks.ts';
import { type SourceText, syntaxError } from './syntax.ts';
import { readUntil } from './until.ts';

/** What the comments above a request ask for. */
export interface Wishes {
  readonly followRedirects: boolean;
  readonly useCookies: boolean;
  /** Name of the visitor; empty for the one who has none. */
  readonly visitor: string;
  /** Statuses the author expects; `null` if none were named. */
  readonly expected: readonly number[] | null;
  /** What he says of the request's effect; `null`: nothing. */
  readonly declared: Declared | null;
  /** What it waits for; `null`: nothing. */
  readonly until: Until | null;
}

/** Reads the directives this tool knows; editors have others, which do not concern it. */
export function readWishes(directives: readonly Directive[], { method, source }: { method: string; source: SourceText }): Wishes {
  for (const directive of directives) if (UNSUPPORTED.test(directive.name)) throw unsupported(directive, source);
  const last = (name: string): Directive | undefined => directives.findLast((directive) => directive.name === name);
  const expect = last('expect');
  const until = last('until');
  const said = readDeclared(directives, { method, source });
  return {
    followRedirects: last('no-redirect') === undefined,
    useCookies: last('no-cookie-jar') === undefined,
    visitor: last('visitor')?.value ?? '',
    expected: expect === undefined ? null : readStatuses(expect, source),
    declared: said,
    until: until === undefined ? null : readUntil(until, { method, isRead: said === 'read', source }),
  };
}

/** Of httpYac: what they ask for cannot be left undone. */
const UNSUPPORTED = /^(import|loop)$/;

function unsupported({ name, place }: Directive, source: SourceText) {
  return syntaxError(source, place, {
    message: `@${name} is not supported yet`,
    hint: 'Write out the requests that it stands for.',
  });
}

function readDeclared(
  directives: readonly Directive[],
  { method, source }: { method: string; source: SourceText },
): Declared | null {
  const said = directives.filter(({ name }) => name === 'read' || name === 'unread');
  const names = new Set(said.map(({ name }) => name));
  const [first, second] = said;
  if (names.size > 1 && second !== undefined)
    throw syntaxError(source, second.place, {
      message: '@read and @unread stand above one request',
      hint: '`# @read` says that it changes nothing, `# @unread` that it does and nobody need read it: leave one of them.',
    });
  if (first !== undefined && isSafe(method))
    throw syntaxError(source, first.place, {
      message: `@${first.name} stands above a ${method}`,
      hint: 'It is said of requests that may change something (POST, PUT, PATCH, DELETE): take it away.',
    });
  return first === undefined ? null : first.name === 'read' ? 'read' : 'unread';
}

function readStatuses({ value, place }: Directive, source: SourceText): number[] {
  const words = value.split(/[\s,]+/).filter((word) => word !== '');
  const statuses = words.map(Number);
  if (words.length > 0 && words.every((word) => /^[1-5]\d\d$/.test(word))) return statuses;
  const column = (source.lines[place.line - 1] ?? '').indexOf('@expect') + 1;
  throw syntaxError(
    source,
    { line: place.line, column },
    { message: '@expect takes status codes', hint: 'Write `# @expect 200` or `# @expect 200 201`.' },
  );
}
