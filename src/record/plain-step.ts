import type { BodyTemplate, Step, Template } from '../model/session.ts';

/** A request as other tools keep it; texts may have `{{name}}` in them. */
export interface PlainRequest {
  /** Where it stands in its file, from 1 on. */
  readonly ordinal: number;
  readonly method: string;
  /** Whole, or from the path on. */
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: BodyTemplate | null;
  /** Scripts that run before it is sent, and on its reply. */
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}

/** A request as a step that follows redirects, as the tool did that it comes from. It is to be written to a file, not to be played. */
export function plainStep({ ordinal, method, url, headers, body, before = [], after = [] }: PlainRequest): Step {
  return {
    name: null,
    line: ordinal,
    visitor: 0,
    method,
    target: plainText(url),
    scheme: 'http',
    headers: headers.map(([name, value]) => [name, plainText(value)] as const),
    body,
    scripts: before,
    captures: after.map((source) => ({ name: '', from: { kind: 'script', source } })),
    expectations: [],
    recorded: null,
    followRedirects: true,
    useCookies: true,
    follows: null,
    asset: null,
    echo: null,
    declared: null,
    until: null,
  };
}

/** A template without holes. */
export function plainText(text: string): Template {
  return text === '' ? [] : [{ kind: 'text', text }];
}
