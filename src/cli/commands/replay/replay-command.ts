import type { Command } from 'commander';
import type { Context } from '../../context.ts';
import { addFlags } from '../../flags/flags.ts';

/** Adds `replay`: plays the minimal pair of a finding again. */
export function addReplay(program: Command, context: Context): void {
  const command = program
    .command('replay')
    .summary('play the minimal pair of a finding again')
    .description(
      'Plays the two runs of a finding again and shows them side by side. Exit codes: 1 reproduced, 0 not reproduced, 2 could not be played.',
    )
    .argument('<finding>', 'id of the finding, as the report prints it');
  command.argument('[command...]', 'the command of the app, after --, if it holds secrets');
  addFlags(command, ['output', 'seed', 'app.env', 'variables', 'app.cwd', 'changedEnv', 'showValues']).action(
    (finding: string, words: readonly string[], options: Record<string, unknown>) =>
      context.run(async () => {
        const { runReplay } = await import('./run-replay.ts');
        return runReplay({ finding, command: words }, options, context);
      }),
  );
}
