/** What only a shell understands: quotes, variables, redirections, lists, patterns, assignments before the program. */
const SHELL = /["'`\\$&|;<>()*?~#\n]|^\s*\w+=/;

/** Program and arguments of a command written as one text; a shell runs it where it needs one. */
export function splitCommand(command: string): string[] {
  return SHELL.test(command) ? ['sh', '-c', command] : command.trim().split(/\s+/);
}
