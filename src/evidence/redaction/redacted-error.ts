import { UserError } from '../../errors.ts';
import type { Redactor } from './redact.ts';

/** An error as it may be printed: an app's last words may hold its secrets. */
export function redactedError(error: unknown, { text, heard }: Redactor): unknown {
  if (error instanceof UserError)
    return new UserError(error.code, text(error.message), text(error.hint), {
      details: heard(error.details),
      cause: error.cause,
    });
  if (!(error instanceof Error)) return error;
  return Object.assign(new Error(text(error.message)), { stack: text(error.stack ?? '') });
}
