import { dirname, extname, join } from 'node:path';
import { UserError } from '../errors.ts';
import type { Recording } from '../live/recorder.ts';
import { toHar } from '../live/to-har.ts';
import type { Session } from '../model/session.ts';
import { PRIVATE } from '../session/formats/http/environments.ts';
import { writeHttp } from '../session/formats/http/write-http.ts';
import { loadSession } from '../session/load.ts';
import type { Draft } from './draft.ts';
import type { PrivateFile } from './private-file.ts';
import type { Secret } from './secrets.ts';
import { keepFiles, type SessionFile } from './uploads.ts';
import { writeWhole } from './write-whole.ts';

/** What was written. */
export interface Saved {
  /** Absolute paths of sessions; one per visitor where the format holds one only. */
  readonly files: readonly string[];
  readonly steps: number;
  /** Names of secrets, and the file that keeps them; `null`: there are none, or they are in the sessions. */
  readonly secrets: { readonly names: readonly string[]; readonly file: string } | null;
  /** Flags that playing it needs. */
  readonly flags: readonly string[];
  /** Why it cannot be played yet; `null`: it can. */
  readonly flaw: UserError | null;
}

/** Formats that a recording is saved in, by the end of the file's name. */
export const FORMATS = ['.http', '.rest', '.har'] as const;

/** The session as a `.http` file says it. */
export function sessionText(
  session: Session,
  { secrets, preface, variables = [], titles = [] }: Pick<HttpParts, 'secrets' | 'preface' | 'variables' | 'titles'>,
): string {
  const set = variables.map(({ name, value }) => ({ name, texts: [], value }));
  return writeHttp(session, {
    preface,
    titles,
    variables: [...set, ...secrets.map(({ name }) => ({ name, texts: [], value: null }))],
    given: PRIVATE,
  });
}

/** What belongs to a `.http` file. */
interface HttpParts {
  readonly secrets: readonly Secret[];
  readonly files: readonly SessionFile[];
  readonly privateFile: PrivateFile;
  /** Lines of comment at its top. */
  readonly preface: readonly string[];
  /** Variables that it sets. */
  readonly variables?: readonly { readonly name: string; readonly value: string }[];
  /** What its steps are called; `null`: by their requests. */
  readonly titles?: readonly (string | null)[];
}

/** Writes a session as a `.http` file, with its secrets in a private file beside it, and reads it again. Throws a UserError if it cannot be written. */
export async function saveHttp(session: Session, parts: HttpParts): Promise<Saved> {
  const { secrets, files, privateFile } = parts;
  keepFiles(files);
  privateFile.keep(secrets);
  writeWhole(session.file, sessionText(session, parts), { mode: 0o644 });
  const httpEnv = privateFile.mustBeChosen && secrets.length > 0 ? privateFile.environment : null;
  const flaw = await loadSession(session.file, { variables: {}, httpEnv, origins: [] }).then(
    () => null,
    (error: unknown) => {
      if (error instanceof UserError) return error;
      throw error;
    },
  );
  return {
    flaw,
    files: [session.file],
    steps: session.steps.length,
    secrets: secrets.length === 0 ? null : { names: secrets.map(({ name }) => name), file: privateFile.file },
    flags: httpEnv === null ? [] : ['--http-env', httpEnv],
  };
}

export interface SaveOptions {
  readonly draft: Draft;
  readonly recordings: readonly Recording[];
  /** Absolute path that it is saved as. */
  readonly file: string;
  /** Where the app was visited. */
  readonly origin: string;
  /** Our name and version. */
  readonly tool: string;
  readonly privateFile: PrivateFile;
  readonly preface: readonly string[];
}

/** Saves what was recorded and kept, in the format that the file's name says. Throws a UserError if there is nothing, or it cannot be written. */
export async function saveRecording(options: SaveOptions): Promise<Saved> {
  const { draft, recordings, file, origin, tool } = options;
  if (draft.session === null)
    throw new UserError('nothing-recorded', draft.problem ?? 'nothing is recorded', `Use the app at ${origin}, then save again.`);
  const kept = recordings.filter((_, index) => draft.rows[index]?.kept);
  if (extname(file) !== '.har') return saveHttp(draft.session, { ...draft, ...options });
  const visitors = [...new Set(kept.map(({ visitor }) => visitor))];
  const files = visitors.map((visitor, index) => {
    const name =
      index === 0 ? file : join(dirname(file), file.slice(dirname(file).length + 1).replace(/\.har$/, `-${index + 1}.har`));
    const own = kept.filter((one) => one.visitor === visitor);
    writeWhole(name, toHar(own, { origin, tool }), { mode: 0o600 });
    return name;
  });
  return { files, steps: draft.session.steps.length, secrets: null, flags: [], flaw: null };
}
