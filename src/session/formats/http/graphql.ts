import { messageOf } from '../../../errors.ts';
import type { BodyTemplate, Template } from '../../../model/session.ts';
import { expand } from './expand.ts';
import type { Scope } from './scope.ts';
import { type Line, syntaxError } from './syntax.ts';
import { mergeText } from './target.ts';

/** The JSON that a GraphQL request is sent as: its query, and after a blank line its variables. */
export function asGraphql(lines: readonly Line[], scope: Scope): BodyTemplate {
  const gap = lines.findIndex(
    (line, index) => line.text.trim() === '' && lines[index + 1]?.text.trimStart().startsWith('{') === true,
  );
  const query = join(lines.slice(0, gap === -1 ? lines.length : gap), scope);
  const below = gap === -1 ? [] : lines.slice(gap + 1);
  refuseNoJson(below);
  const variables = join(below, scope);
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

/** Variables are JSON, wherever values are still to come into them. */
function refuseNoJson(lines: readonly Line[]): void {
  const [first] = lines;
  if (first === undefined) return;
  try {
    JSON.parse(
      lines
        .map((line) => line.text)
        .join('\n')
        .replace(/\{\{.*?\}\}/g, '0'),
    );
  } catch (error) {
    throw syntaxError(first.source, first.place, {
      message: `the variables of this GraphQL request are no JSON: ${messageOf(error)}`,
      hint: 'Below the blank line stands one JSON object, such as {"id": 7}, up to the next ###.',
    });
  }
}

function join(lines: readonly Line[], scope: Scope): Template {
  return lines.flatMap((line, index) => [...(index === 0 ? [] : [text('\n')]), ...expand(line, scope, { position: 'plain' })]);
}

function text(value: string) {
  return { kind: 'text' as const, text: value };
}
