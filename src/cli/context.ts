import type { Terminal } from './terminal/terminal.ts';

/** What every command is given. */
export interface Context {
  readonly terminal: Terminal;
  /** False with `--no-color`. Known once the arguments have been parsed. */
  readonly color: () => boolean;
  /** Runs a command; what it promises becomes the exit code, what it throws is printed. */
  readonly run: (command: () => Promise<number>) => Promise<void>;
}
