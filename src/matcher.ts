import { check } from './check.ts';
import type { UserConfig } from './config/schema.ts';
import { UserError } from './errors.ts';
import { renderTerminal } from './report/reporters/terminal.ts';
import { harmlessText } from './report/text.ts';

/** Columns of a test runner's output. */
const WIDTH = 100;

/** What a matcher of Vitest or Jest gives back. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/**
 * Audits the app that a config describes: passes only if it conforms. With `.not` it passes only if it does not conform; no verdict
 * passes neither way. An audit takes longer than test runners allow by default: give the test a timeout.
 */
export async function toBeStateless(this: { readonly isNot?: boolean }, config: UserConfig): Promise<MatcherResult> {
  const { report, evidence } = await check(config).catch((error: unknown) => {
    throw error instanceof UserError ? new Error(wholeText(error), { cause: error }) : error;
  });
  const text = renderTerminal(report, { width: WIDTH, color: false, evidence, cwd: process.cwd() });
  const pass = report.conclusion === 'no-verdict' ? this.isNot === true : report.conclusion === 'conforms';
  return { pass, message: () => text };
}

/** What, why and what to do, as test runners show only what an error says. */
function wholeText({ message, details, hint }: UserError): string {
  return [message, ...details.map((line) => `  ${line}`), `hint: ${hint}`].map((line) => harmlessText(line)).join('\n');
}
