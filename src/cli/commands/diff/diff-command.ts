import type { Command } from 'commander';
import type { Context } from '../../context.ts';

/** Adds `diff`: what changed between two audits. */
export function addDiff(program: Command, context: Context): void {
  program
    .command('diff')
    .summary('compare two audits')
    .description(
      'Tells which findings are new, mended and left between two audits. Exit codes: 0 none is new, 1 some are, 2 it cannot be told.',
    )
    .argument('<old>', 'folder or file of an audit, an output folder (its latest audit), or a JSON report')
    .argument('<new>', 'the same of the later one')
    .action((older: string, newer: string) =>
      context.run(async () => {
        const { runDiff } = await import('./run-diff.ts');
        return runDiff(older, newer, context);
      }),
    );
}
