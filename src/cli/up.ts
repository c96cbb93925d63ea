import { type Command, Option } from 'commander';
import { REPLACEMENTS } from '../live/simulation.ts';
import { POLICIES } from '../router/policies.ts';
import type { Context } from './context.ts';
import { addFlags } from './flags.ts';

const EXAMPLES = `
Examples:
  share-nothing up -- npm start
  share-nothing up --processes 3 --policy never-same --restart-every 10s -- node server.js

Ctrl-C ends it; again to leave at once.`;

/** Adds `up`: runs an app in several processes, for development. */
export function addUp(program: Command, context: Context): void {
  const command = program
    .command('up')
    .summary('run the app in several processes, for development')
    .description(
      'Runs the app as a platform does: several processes, each with a disk of its own, requests routed at random, processes restarted and put back when they die. What depends on one process shows while you work.',
    )
    .argument('[command...]', 'how the app is started, after --; it is given its port as PORT, or in place of {port}')
    .option('--config <file>', 'config file (default: share-nothing.config.{ts,mts,js,mjs,json} here)')
    .option('--port <n>', "the router's port", '5000')
    .addOption(
      new Option('--policy <name>', 'who answers: never-same is never the same twice for a visitor')
        .choices(POLICIES)
        .default('random'),
    )
    .option('--restart-every <duration>', 'replaces one process after the other, every so often')
    .addOption(
      new Option('--restart-mode <mode>', 'how: relocate is a deploy to an empty disk').choices(REPLACEMENTS).default('deploy'),
    )
    .option('--no-mirror', 'do not ask another process for what one has answered to a GET')
    .addHelpText('after', EXAMPLES);
  addFlags(command, [
    'app.env',
    'app.cwd',
    'app.ready.path',
    'app.ready.timeout',
    'app.stopGrace',
    'host',
    'volumes',
    'processes',
    'seed',
    'ignore.paths',
    'ignore.fields',
  ]).action((words: string[], options: Record<string, unknown>) =>
    context.run(async () => {
      const { runUp } = await import('./run-up.ts');
      return runUp(words, options, context);
    }),
  );
}
