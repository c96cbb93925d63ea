import { type AuditResult, audit } from './audit.ts';
import type { UserConfig } from './config/schema.ts';
import { randomSeed } from './config/seed.ts';
import { settle } from './config/settle.ts';
import { fileSource, validate } from './config/validate.ts';
import { rememberInvocation } from './invocation.ts';
import type { Progress } from './model/progress.ts';

export interface CheckOptions {
  /** Folder that paths are relative to; by default the current one. */
  readonly cwd?: string;
  /** Ends the audit in good order: the report tells what was found until then. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Audits an app as `share-nothing check` does, with a config as in its file. Resolves with the report and the folder of the evidence,
 * whatever was found. Throws a UserError (code, message, hint) if the audit cannot begin.
 */
export async function check(
  config: UserConfig,
  { cwd = process.cwd(), signal, onProgress }: CheckOptions = {},
): Promise<AuditResult> {
  const given = validate(config, fileSource('the config'));
  const { config: resolved } = await settle({ file: null, flags: given, cwd, randomSeed });
  return audit({
    config: resolved,
    signal: signal ?? new AbortController().signal,
    ...(onProgress === undefined ? {} : { onProgress }),
    ...rememberInvocation({ cwd, configFile: null, flags: given, strict: resolved.strict }),
  });
}
