import type { Template, TemplatePart } from '../../model/session.ts';

/** Where the values of a template's holes come from. */
export interface Values {
  /** `undefined`: nothing has set it. */
  variable(name: string): string | undefined;
  generate(part: Extract<TemplatePart, { kind: 'generated' }>): string;
}

/** The template's text. A variable that nothing has set stays as `{{name}}`, as editors send it, so that the app can refuse it. */
export function render(template: Template, values: Values): string {
  return template.map((part) => renderPart(part, values)).join('');
}

/** Names of the variables a template needs. */
export function variablesOf(template: Template): string[] {
  return template.flatMap((part) => (part.kind === 'variable' ? [part.name] : []));
}

function renderPart(part: TemplatePart, values: Values): string {
  if (part.kind === 'text') return part.text;
  if (part.kind === 'generated') return values.generate(part);
  const value = values.variable(part.name);
  return value === undefined ? `{{${part.name}}}` : written(value, part.as);
}

function written(value: string, as: Extract<TemplatePart, { kind: 'variable' }>['as']): string {
  switch (as) {
    case undefined:
      return value;
    case 'url':
      return urlEncoded(value);
    case 'json':
      return JSON.stringify(value).slice(1, -1);
    case 'unescaped':
      return unescaped(value);
  }
}

/** Percent-encoded; half of a surrogate pair becomes a replacement character, where `encodeURIComponent` alone would throw. */
export function urlEncoded(value: string): string {
  return encodeURIComponent(Buffer.from(value).toString());
}

/** Percent-decoded; as it is, if it is nothing of the kind. */
export function unescaped(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
