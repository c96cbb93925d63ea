import { Script } from 'node:vm';
import { type Line, syntaxError } from './syntax.ts';

/** Throws a `UserError` for a script that does not parse. It is compiled, and never run here. `at`: where it stands in the session. */
export function refuseUnparsable(code: string, { source, place }: Pick<Line, 'source' | 'place'>): void {
  try {
    new Script(code, { filename: 'script' });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const line = Number(/^script:(\d+)/.exec(error.stack ?? '')?.[1] ?? 1);
    throw syntaxError(source, line === 1 ? place : { line: place.line + line - 1, column: 1 }, {
      message: `this script cannot be read: ${error.message}`,
      hint: 'Scripts are JavaScript, with `client`, `request` and `response` as in the HTTP Client of JetBrains.',
    });
  }
}
