import pc from 'picocolors';
import { UserError } from '../errors.ts';
import { harmlessText } from '../report/text.ts';

/** What to print for an error: what happened, its details and what to do; for a bug of ours, its stack. Ends with a newline. */
export function describeError(error: unknown, { color }: { color: boolean }): string {
  const colors = pc.createColors(color);
  const label = colors.bold(colors.red('error:'));
  if (error instanceof UserError) {
    const details = error.details.map((line) => `  ${colors.dim(harmlessText(line))}`);
    const lines = [`${label} ${harmlessText(error.message)}`, ...details, `${colors.bold('hint:')} ${harmlessText(error.hint)}`];
    return `${lines.join('\n')}\n`;
  }
  return `${label} this is a bug in share-nothing, not in your app\n${stackOf(error)}\n${colors.bold('hint:')} Please report it with the lines above.\n`;
}

/** The stacks of an error and of what caused it. */
export function causesOf(error: unknown): string {
  const chain: string[] = [];
  for (let cause = error; cause !== undefined && chain.length < 5; cause = cause instanceof Error ? cause.cause : undefined)
    chain.push(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
  return chain.join('\ncaused by ');
}

function stackOf(error: unknown): string {
  return causesOf(error)
    .split('\n')
    .map((line) => `  ${harmlessText(line)}`)
    .join('\n');
}
