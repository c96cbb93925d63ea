import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Config } from '../../model/config.ts';
import type { SessionSummary } from '../../model/evidence.ts';
import { RUN } from '../../model/schedule.ts';

/** Two runs of a script, each with its results, as a session is told of: what is said of steps is said of them. */
export function scriptSession({ app, results }: Pick<Config, 'app' | 'results'>): SessionSummary {
  const file = app.command.map((word) => resolve(app.cwd, word)).find((path, at) => at > 0 && existsSync(path));
  const step = (name: string, method: string, target: string) => ({
    ...{ name, line: 1, visitor: 0, method, target, follows: null },
    ...{ kind: 'own' as const, declared: null, until: null },
  });
  const run = (which: string) => [
    step(`${which} run`, RUN, app.command.join(' ')),
    ...results.map((result) => step(`${result} after the ${which} run`, 'READ', result)),
  ];
  const name = file === undefined ? app.command.join(' ') : basename(file);
  return { name, file: file ?? app.command.join(' '), steps: [...run('first'), ...run('second')] };
}
