import { isSecretVariable } from '../evidence/redaction/secret-names.ts';
import type { Session } from '../model/session.ts';
import { refuseTooLong } from '../session/bound.ts';
import { parseHar } from '../session/formats/har/parse-har.ts';
import { sourceText } from '../session/formats/http/syntax.ts';
import { describeLeftOut } from '../session/origins.ts';
import { readCurl } from './curl/read-curl.ts';
import { plainStep } from './plain-step.ts';
import { readPostman } from './postman/read-postman.ts';
import { type Secret, secretsApart, type Taken } from './secrets.ts';

export interface SourceOptions {
  readonly from: 'har' | 'curl' | 'postman';
  /** Name of what is read, for messages, and the folder that its files are seen from. */
  readonly name: string;
  readonly folder: string;
  /** Absolute path of the session that it becomes. */
  readonly file: string;
  /** The app's origins; none: the commonest. */
  readonly origins: readonly string[];
  readonly taken: Taken;
}

/** What another tool's file became. */
export interface Conversion {
  readonly session: Session;
  readonly secrets: readonly Secret[];
  /** Variables that the session's file sets. */
  readonly variables: readonly { readonly name: string; readonly value: string }[];
  readonly titles: readonly (string | null)[];
  /** What was left out, in words. */
  readonly remarks: readonly string[];
}

/** Makes a session of another tool's file. Throws a `UserError` for what is none of these, or holds nothing that can be played. */
export function sessionOf(text: string, options: SourceOptions): Conversion {
  const { from, name, folder, file, origins, taken } = options;
  if (from === 'har') {
    const parsed = parseHar(sourceText(name, file, ''), text, { origins });
    const { session, secrets } = secretsApart(parsed, taken);
    const left = describeLeftOut(parsed.leftOut);
    const remarks = left === null ? [] : [`requests that are left out: ${left}`];
    return { session, secrets, variables: [], titles: [], remarks };
  }
  const read =
    from === 'curl' ? { ...readCurl(name, text, folder), titles: [], secret: new Set<string>() } : readPostman(name, text, folder);
  refuseTooLong(name, read.requests.length);
  const { session, secrets } = secretsApart(
    { name, file, steps: read.requests.map(plainStep), leftOut: [], environment: [] },
    taken,
  );
  const isSecret = (variable: string) => read.secret.has(variable) || isSecretVariable(variable);
  const variables = Object.entries(read.variables).map(([variable, value]) => ({ variable, value }));
  const apart = variables.filter(({ variable, value }) => isSecret(variable) && value !== '');
  return {
    session,
    secrets: [...secrets, ...apart.map(({ variable, value }): Secret => ({ name: variable, value }))],
    variables: variables.flatMap(({ variable, value }) => (value === '' || isSecret(variable) ? [] : [{ name: variable, value }])),
    titles: read.titles,
    remarks: read.remarks,
  };
}
