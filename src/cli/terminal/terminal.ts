import type { Readable, Writable } from 'node:stream';

/** A stream that may be a terminal. */
export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** Standard input, which may be a terminal. */
export type Input = Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };

/** Everything that the command line knows of the outside. */
export interface Terminal {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin?: Input;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** Width where there is no terminal to ask. */
const DEFAULT_WIDTH = 100;

/** Columns of a stream. */
export function widthOf(output: Output): number {
  return output.columns ?? DEFAULT_WIDTH;
}

/** Whether to colour: `--no-color`, then NO_COLOR, FORCE_COLOR, then a terminal that is not dumb. */
export function colorOf(output: Output, { env }: Terminal, flag: boolean): boolean {
  if (!flag || (env.NO_COLOR ?? '') !== '') return false;
  if ((env.FORCE_COLOR ?? '') !== '') return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return output.isTTY === true && env.TERM !== 'dumb';
}

/** Whether lines can be drawn over. */
export function isLive(output: Output, { env }: Terminal): boolean {
  return output.isTTY === true && env.TERM !== 'dumb' && (env.CI ?? '') === '';
}
