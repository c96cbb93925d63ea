/**
 * A fault that the person at the terminal can mend. Printed as three answers: what (`message`), why (`why`, optional) and
 * what to do (`hint`); never with a stack. Every other error is a bug of ours.
 */
export class UserError extends Error {
  readonly code: string;
  readonly hint: string;
  /** Lines shown under the message, such as an app's last output. Hostile text: reporters must escape it. */
  readonly details: readonly string[];

  constructor(code: string, message: string, hint: string, options: { details?: readonly string[]; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'UserError';
    this.code = code;
    this.hint = hint;
    this.details = options.details ?? [];
  }
}

/** What an error says; of anything else that was thrown, its text. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
