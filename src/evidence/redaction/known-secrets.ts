import { existsSync } from 'node:fs';
import type { Config } from '../../model/config.ts';
import type { EnvironmentVariable } from '../../model/session.ts';
import { isPlain } from './provenance.ts';
import { secretsIn } from './secret-forms.ts';
import { isSecretVariable } from './secret-names.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** Shorter values that a variable happens to have in the environment of the audit might be any word. */
const MIN_INHERITED = 8;

/**
 * Secrets that an audit knows beforehand: in variables that were given to it, in files beside its sessions, and in the environment that
 * it was started in.
 */
export function knownSecrets(
  { app, changedEnv, variables }: Config,
  inherited: Variables,
  environment: readonly EnvironmentVariable[] = [],
): string[] {
  const given = [app.env, changedEnv, variables].flatMap(secretsOf);
  const odd = [app.env, changedEnv].flatMap((one) => Object.values(one).filter((value) => !isOpenValue(value)));
  const open = environment.flatMap(({ name, value }) => secretsOf({ [name]: value }));
  const kept = environment.filter(({ isPrivate, value }) => isPrivate && value.length >= MIN_INHERITED).map(({ value }) => value);
  return [...given, ...odd, ...open, ...kept, ...secretsOf(inherited).filter(({ length }) => length >= MIN_INHERITED)];
}

/** Whether a variable is a secret by its name, or holds one by its form. */
export function isSecret(name: string, value: string): boolean {
  return isSecretVariable(name) || secretsIn(value).length > 0;
}

/** The same for a variable that is given to the app: it may be a secret of its own, unless it is words, numbers or a path. */
export function isSecretOfApp(name: string, value: string): boolean {
  return isSecret(name, value) || !isOpenValue(value);
}

function isOpenValue(value: string): boolean {
  const [, root] = /^((?:\.{0,2}\/)[^/]*)/.exec(value) ?? [];
  return isPlain(value) || (root !== undefined && existsSync(root));
}

function secretsOf(variables: Variables): string[] {
  return Object.entries(variables).flatMap(([name, value = '']) => [
    ...(isSecretVariable(name) ? [value] : []),
    ...secretsIn(value),
  ]);
}
