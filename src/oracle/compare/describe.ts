import { type Known, renderTemplate } from '../values/template.ts';
import type { Value } from '../values/value.ts';
import type { Expected } from './expectation.ts';

/** Characters of a value that a difference shows. */
const MAX_SHOWN = 2_000;

/** A value in words, cut to a bound. */
export function show(value: Value | undefined): string {
  return value === undefined ? 'nothing' : cut(JSON.stringify(value));
}

/** The text, cut to what a difference may show. */
export function cut(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`;
}

/** The expectation in words, with the values that this play makes known. */
export function renderExpected(expected: Expected, known: Known): string {
  switch (expected.kind) {
    case 'exact':
      return JSON.stringify(expected.value);
    case 'time':
      return '‹time›';
    case 'any':
      return '‹any›';
    case 'text': {
      const text = renderTemplate(expected.template, known);
      return expected.types.has('number') ? text : JSON.stringify(text);
    }
    case 'record': {
      const fields = [...expected.fields].map(([key, field]) => [JSON.stringify(key), field] as const);
      const named = expected.named.map(({ name, value }) => [JSON.stringify(renderTemplate(name, known)), value] as const);
      const members = [...fields, ...named].map(([key, value]) => `${key}:${renderExpected(value, known)}`);
      return `{${[...members, ...(expected.open ? ['…'] : [])].join(',')}}`;
    }
    case 'list':
      return `[${expected.items.map((item) => renderExpected(item, known)).join(',')}]`;
    case 'some':
      return `[${[...expected.items.map((item) => renderExpected(item, known)), '…'].join(',')}]`;
  }
}
