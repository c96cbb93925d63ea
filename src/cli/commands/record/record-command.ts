import { type Command, Option } from 'commander';
import type { Context } from '../../context.ts';
import { addFlags } from '../../flags/flags.ts';

const EXAMPLES = `
Examples:
  share-nothing record -- npm start
  share-nothing record --to checkout.har --port 8080 -- php -S 127.0.0.1:{port}
  share-nothing record --from postman shop.postman_collection.json --to shop.http

Keys while it records: s saves, q or Ctrl-C saves and ends. Exit codes: 0 saved, 2 not, or saved and not yet to be played.`;

const RECORDING = 'Recording:';

/** Adds `record`: makes a session of what somebody does. */
export function addRecord(program: Command, context: Context): void {
  const command = program
    .command('record')
    .summary('make a session of what you do in the app')
    .description(
      'Runs the app in one process, on a disk of its own, and records what a browser or any other client asks there. A page lists it, marks the values that the app issued and the secrets that were typed, and saves a session to play with check.',
    )
    .argument('[words...]', 'how the app is started, after --; with --from, the file to read (- for standard input)')
    .option('--config <file>', 'config file (default: share-nothing.config.{ts,mts,js,mjs,json} here)');
  const options = [
    new Option('--to <file>', 'what it is saved as: .http, .rest or .har (default: session.http)'),
    new Option('--from <format>', 'record nothing, and turn a file of this format into a session').choices([
      'har',
      'curl',
      'postman',
    ]),
    new Option('--port <n>', 'where the app is visited (default: 5000)'),
    new Option('--page-port <n>', "the page's port (default: a free one)"),
    new Option('--no-page', 'no page'),
  ];
  for (const option of options) command.addOption(option.helpGroup(RECORDING));
  command.addHelpText('after', EXAMPLES);
  addFlags(command, [
    'app.env',
    'app.cwd',
    'app.ready.path',
    'app.ready.timeout',
    'app.stopGrace',
    'host',
    'services',
    'prepare',
    'formation',
    'readyLog',
    'readyDelay',
    'volumes',
    'origins',
  ]).action((words: string[], given: Record<string, unknown>) =>
    context.run(async () => {
      const { runRecord } = await import('./run-record.ts');
      return runRecord(words, given, context);
    }),
  );
}
