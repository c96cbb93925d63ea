import { readAuth } from './config/explore.ts';
import type { UserConfig } from './config/schema.ts';
import { UserError } from './errors.ts';
import { isSecret, isSecretOfApp } from './evidence/redaction/known-secrets.ts';
import { createRedactor } from './evidence/redaction/redact.ts';
import type { Withheld } from './model/evidence.ts';

/** What `check` was asked for, as kept with the evidence so that `replay` can ask again. */
export interface Invocation {
  /** Folder that `check` was run in. */
  readonly cwd: string;
  readonly configFile: string | null;
  readonly flags: UserConfig;
  /** Whether advice counted as failure, by flag or by config file. */
  readonly strict: boolean;
}

/** The invocation without the secrets among its variables, and the names of those. */
export function rememberInvocation({ cwd, configFile, flags, strict }: Invocation): {
  readonly invocation: Invocation & Readonly<Record<string, unknown>>;
  readonly withheld: Withheld;
} {
  const { kept: env, withheld: secretEnv } = withoutSecrets(flags.app?.env, isSecretOfApp);
  const { kept: variables, withheld: secretVariables } = withoutSecrets(flags.variables, isSecret);
  const { kept: changedEnv, withheld: secretChanges } = withoutSecrets(flags.changedEnv, isSecretOfApp);
  // Who visited is a variable of the session that came of it.
  const { command, auth, ...rest } = flags;
  const visitor = auth === undefined ? [] : ['password' in readAuth(auth) ? 'password' : 'authorization'];
  const words = typeof command === 'string' ? command.split(' ') : (command ?? []);
  const hasSecrets = createRedactor([]).command(words).join(' ') !== words.join(' ');
  const kept: UserConfig = {
    ...rest,
    ...(command === undefined || hasSecrets ? {} : { command }),
    ...(flags.app === undefined ? {} : { app: { ...flags.app, ...(env === undefined ? {} : { env }) } }),
    ...(variables === undefined ? {} : { variables }),
    ...(changedEnv === undefined ? {} : { changedEnv }),
  };
  return {
    invocation: { cwd, configFile, strict, flags: kept },
    withheld: { env: secretEnv, variables: [...secretVariables, ...visitor], changedEnv: secretChanges, command: hasSecrets },
  };
}

/** The invocation kept in evidence; throws a UserError if it has none that can be used. */
export function recallInvocation(kept: Readonly<Record<string, unknown>>, evidence: string): Invocation {
  const { cwd, configFile, flags, strict } = kept as Partial<Invocation>;
  if (typeof cwd !== 'string' || typeof flags !== 'object' || flags === null)
    throw new UserError(
      'evidence-invalid',
      `${evidence} does not say how its audit was run`,
      'Run the audit again with `share-nothing check`.',
    );
  return { cwd, configFile: configFile ?? null, flags, strict: strict === true };
}

type Values = Readonly<Record<string, string | number | boolean>>;

function withoutSecrets(
  values: Values | undefined,
  isSecretValue: (name: string, value: string) => boolean,
): {
  kept: Record<string, string | number | boolean> | undefined;
  withheld: string[];
} {
  if (values === undefined) return { kept: undefined, withheld: [] };
  const secret = ([name, value]: readonly [string, unknown]) => isSecretValue(name, String(value));
  const entries = Object.entries(values);
  return {
    kept: Object.fromEntries(entries.filter((entry) => !secret(entry))),
    withheld: entries.filter(secret).map(([name]) => name),
  };
}
