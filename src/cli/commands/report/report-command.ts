import type { Command } from 'commander';
import type { Context } from '../../context.ts';
import { addFlags } from '../../flags/flags.ts';

/** Adds `report`: judges saved evidence again, without the app. */
export function addReport(program: Command, context: Context): void {
  const command = program
    .command('report')
    .summary('judge saved evidence again, without the app')
    .description('Judges saved evidence again, without the app, and reports. Exit codes are those of check.')
    .argument('<evidence>', 'folder or file of an audit, or an output folder (then its latest audit)')
    .option('--verbose', 'list everything that was not compared or not judged')
    .option('--update-baseline', 'accept what was found: write it to the baseline');
  addFlags(command, ['reporters', 'strict', 'baseline']).action((evidence: string, options: Record<string, unknown>) =>
    context.run(async () => {
      const { runReport } = await import('./run-report.ts');
      return runReport(evidence, options, context);
    }),
  );
}
