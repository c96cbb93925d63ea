import { type Command, Option } from 'commander';
import { POLICIES, REPLACEMENTS } from '../../../model/live.ts';
import type { Context } from '../../context.ts';
import { addFlags } from '../../flags/flags.ts';

const EXAMPLES = `
Examples:
  share-nothing up                                    (process types and commands from the Procfile here)
  share-nothing up --watch -- npm start
  share-nothing up --scale web=3,worker=2 --policy never-same --restart-every 10s

Keys do the same while it runs: h lists them. Ctrl-C ends it; again to leave at once.
Exit codes: 0 ended by Ctrl-C or q, 2 it could not start. With --no-restart: that of the first process that ends.`;

const FORMATION = 'Formation:';
const PLACEMENT = 'Placement:';

/** Adds `up`: runs an app in several processes, for development. */
export function addUp(program: Command, context: Context): void {
  const command = program
    .command('up')
    .summary('run the app in several processes, for development')
    .description(
      'Runs the app as a platform does: several processes, each with a disk of its own, requests routed at random, processes restarted and put back when they die. What depends on one process shows while you work.',
    )
    .argument(
      '[command...]',
      'how web is started, after -- (default: the Procfile); it is given its port as PORT, or in place of {port}',
    )
    .option('--config <file>', 'config file (default: share-nothing.config.{ts,mts,js,mjs,json} here)');
  const options: readonly (readonly [group: string, option: Option])[] = [
    [FORMATION, new Option('--procfile <file>', 'process types and commands (default: Procfile, if it is there)')],
    [FORMATION, repeatable('--dotenv <file>', "variables of the app's environment (repeatable; default: .env, if it is there)")],
    [FORMATION, repeatable('--only <types>', 'run only these process types, such as web,worker')],
    [FORMATION, repeatable('--scale <type=n>', 'how many of each, such as web=4,worker=2 (default: web=2, others 1)')],
    [FORMATION, repeatable('--port <n>', "the router's port: 5000, or PORT in .env; TYPE=n for another type that serves")],
    [FORMATION, new Option('--no-restart', 'end all when a process ends, with its exit code')],
    [FORMATION, repeatable('--watch [path]', 'restart all when a file changes there (default: in the app folder)')],
    [FORMATION, new Option('--no-logs', 'write no log file for each process to OUTPUT/logs')],
    [
      PLACEMENT,
      new Option('--policy <name>', 'who answers: never-same is never the same twice for a visitor')
        .choices(POLICIES)
        .default('random'),
    ],
    [PLACEMENT, new Option('--restart-every <duration>', 'replaces one process after the other, every so often')],
    [
      PLACEMENT,
      new Option('--restart-mode <mode>', 'how: relocate is a deploy to an empty disk').choices(REPLACEMENTS).default('deploy'),
    ],
    [FORMATION, new Option('--dashboard-port <n>', "the dashboard's port (default: a free one)")],
    [FORMATION, new Option('--no-dashboard', 'no dashboard')],
    [PLACEMENT, new Option('--no-mirror', 'do not ask another process for what one has answered to a GET')],
  ];
  for (const [group, option] of options) command.addOption(option.helpGroup(group));
  command.addHelpText('after', EXAMPLES);
  addFlags(command, [
    'app.env',
    'app.cwd',
    'app.ready.path',
    'app.ready.timeout',
    'readyLog',
    'readyDelay',
    'app.stopGrace',
    'host',
    'volumes',
    'processes',
    'seed',
    'ignore.paths',
    'ignore.fields',
    'judgePaths',
    'output',
  ]).action((words: string[], given: Record<string, unknown>) =>
    context.run(async () => {
      const { runUp } = await import('./run-up.ts');
      return runUp(words, given, context);
    }),
  );
}

function repeatable(flags: string, description: string): Option {
  return new Option(flags, description).argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
}
