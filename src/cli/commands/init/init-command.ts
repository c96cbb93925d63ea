import type { Command } from 'commander';
import type { Context } from '../../context.ts';
import { addFlags } from '../../flags/flags.ts';

const EXAMPLES = `
Examples:
  share-nothing init
  share-nothing init --yes -- node server.js

Writes share-nothing.config.json and session.http, and overwrites nothing. Exit codes: 0 written, 2 not.`;

/** Adds `init`: proposes a config and a session for the project in the current folder. */
export function addInit(program: Command, context: Context): void {
  const command = program
    .command('init')
    .summary('propose a config and a session for this project')
    .description(
      'Looks at the project (package.json, Procfile, manage.py, Dockerfile, compose.yaml, .env …), visits the app, and writes what it found: how the app is started, its services, and a session, which is played once.',
    )
    .argument('[command...]', 'how the app is started, after --; default: as the project says')
    .option('--yes', 'ask nothing')
    .addHelpText('after', EXAMPLES);
  addFlags(command, [
    'app.env',
    'app.ready.path',
    'app.ready.timeout',
    'services',
    'host',
    'auth',
    'openapi',
    'explore.steps',
    'explore.time',
    'explore.writes',
    'explore.destructive',
  ]).action((words: string[], options: Record<string, unknown>) =>
    context.run(async () => {
      const { runInit } = await import('./run-init.ts');
      return runInit(words, options, context);
    }),
  );
}
