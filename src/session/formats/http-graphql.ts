import type { BodyTemplate, Template } from '../../model/session.ts';
import { expand } from './http-expand.ts';
import type { Scope } from './http-scope.ts';
import { mergeText } from './http-target.ts';
import type { Line } from './syntax.ts';

/** The JSON that a GraphQL request is sent as: its query, and after a blank line its variables. */
export function asGraphql(lines: readonly Line[], scope: Scope): BodyTemplate {
  const gap = lines.findIndex(
    (line, index) => line.text.trim() === '' && lines[index + 1]?.text.trimStart().startsWith('{') === true,
  );
  const query = join(lines.slice(0, gap === -1 ? lines.length : gap), scope);
  const variables = gap === -1 ? [] : join(lines.slice(gap + 1), scope);
  const name = /^\s*(?:query|mutation|subscription)\s+(\w+)/.exec(lines[0]?.text ?? '')?.[1];
  return {
    kind: 'text',
    text: mergeText([
      text(`{${name === undefined ? '' : `"operationName":"${name}",`}"query":"`),
      ...query.map((part) =>
        part.kind === 'text'
          ? text(JSON.stringify(part.text).slice(1, -1))
          : part.kind === 'variable'
            ? { ...part, as: 'json' as const }
            : part,
      ),
      text('"'),
      ...(variables.length === 0 ? [] : [text(',"variables":'), ...variables]),
      text('}'),
    ]),
  };
}

function join(lines: readonly Line[], scope: Scope): Template {
  return lines.flatMap((line, index) => [...(index === 0 ? [] : [text('\n')]), ...expand(line, scope, { position: 'plain' })]);
}

function text(value: string) {
  return { kind: 'text' as const, text: value };
}
