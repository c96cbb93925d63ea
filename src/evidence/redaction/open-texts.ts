import type { Config } from '../../model/config.ts';
import { type Session, type Template, templateText } from '../../model/session.ts';
import { isSecret } from './known-secrets.ts';

/** Texts of an audit that others than the app know: what its user has written into sessions, its command, its folders. */
export function openTexts(
  {
    app,
    companions = [],
    prepare = null,
    variables,
  }: Pick<Config, 'app' | 'variables'> & Partial<Pick<Config, 'companions' | 'prepare'>>,
  sessions: readonly Session[],
): string[] {
  return [
    ...app.command,
    ...companions.flatMap((type) => [type.name, ...type.app.command]),
    ...(prepare ?? []),
    app.cwd,
    ...Object.entries(variables).flatMap(([name, value]) => (isSecret(name, value) ? [] : [value])),
    ...sessions.flatMap(({ file, steps, environment }) => [
      file,
      ...environment.filter(({ isPrivate, name, value }) => !isPrivate && !isSecret(name, value)).map(({ value }) => value),
      ...steps.flatMap(({ target, headers, body, scripts }) => [
        templateText(target),
        ...headers.map(([name, value]) => `${name}: ${templateText(value)}`),
        ...bodyTexts(body).map(templateText),
        ...scripts,
      ]),
    ]),
  ];
}

function bodyTexts(body: Session['steps'][number]['body']): Template[] {
  if (body === null) return [];
  return body.kind === 'text' ? [body.text] : body.parts.flatMap((part) => ('text' in part ? [part.text] : []));
}
