import type { Command } from 'commander';
import type { Context } from '../../context.ts';
import { addFlags } from '../../flags/flags.ts';

const EXAMPLES = `
Examples:
  share-nothing check --session cart.http -- node server.js
  share-nothing check --session cart.http --env REDIS_URL=redis://localhost --ready /ready -- npm start
  share-nothing check --reporter terminal,junit=report.xml      (app and sessions from share-nothing.config.ts)

Exit codes: 0 conforms (with --baseline: nothing new), 1 does not conform, 2 no verdict.`;

/** Adds `check`: audits an app and reports. */
export function addCheck(program: Command, context: Context): void {
  const command = program
    .command('check')
    .summary('audit an app')
    .description('Plays sessions against processes of the app and reports what depends on which process answers.')
    .argument('[command...]', 'how the app is started, after --; it is given its port as PORT, or in place of {port}')
    .option('--config <file>', 'config file (default: share-nothing.config.{ts,mts,js,mjs,json} here)')
    .option('--verbose', 'list everything that was not compared or not judged')
    .option('--update-baseline', 'accept what was found: write it to the baseline')
    .addHelpText('after', EXAMPLES);
  addFlags(command).action((words: string[], options: Record<string, unknown>) =>
    context.run(async () => {
      const { runCheck } = await import('./run-check.ts');
      return runCheck(words, options, context);
    }),
  );
}
