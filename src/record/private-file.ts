import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { applyEdits, modify } from 'jsonc-parser';
import { PRIVATE, readEnvironments } from '../session/formats/http/environments.ts';
import type { Secret, Taken } from './secrets.ts';
import { writeWhole } from './write-whole.ts';

/** Where the secrets of a session are kept: in an environment of JetBrains' private file beside it. */
export interface PrivateFile {
  /** Absolute path. */
  readonly file: string;
  /** The environment. */
  readonly environment: string;
  /** Whether it must be chosen with `--http-env`, as there are others. */
  readonly mustBeChosen: boolean;
  /** What a name means there already. */
  readonly taken: Taken;
  /** Adds them; what else is there stays, comments too. Only the user can read it. */
  keep(secrets: readonly Secret[]): void;
}

const USUAL = 'dev';
const OWN = 'recorded';

/** The private file for a session. Throws a UserError if files of environments that are there cannot be read. */
export function privateFileFor(session: string): PrivateFile {
  const { names, folder, chosen, before, variables } = readEnvironments(session, null);
  const environment = chosen ?? (names.length === 0 ? USUAL : OWN);
  const known = names.includes(environment) && chosen === null ? readEnvironments(session, environment).before : before;
  const open = new Map(variables.map(({ name, value }) => [name, value]));
  const file = join(folder ?? dirname(session), PRIVATE);
  return {
    file,
    environment,
    mustBeChosen: chosen === null && names.length > 0,
    taken: (name) => (Object.hasOwn(known, name) ? known[name] : open.get(name)),
    keep(secrets) {
      if (secrets.length === 0) return;
      const text = existsSync(file) ? readFileSync(file, 'utf8') : '{}\n';
      const format = { formattingOptions: { tabSize: 2, insertSpaces: true, eol: '\n' } };
      const changed = secrets.reduce(
        (now, { name, value }) => applyEdits(now, modify(now, [environment, name], value, format)),
        text,
      );
      writeWhole(file, changed, { mode: 0o600 });
    },
  };
}
