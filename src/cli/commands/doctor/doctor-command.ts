import type { Command } from 'commander';
import type { Context } from '../../context.ts';
import { addFlags } from '../../flags/flags.ts';

/** Adds `doctor`: says which hosts this machine offers. */
export function addDoctor(program: Command, context: Context): void {
  const command = program
    .command('doctor')
    .summary('say how far this machine can keep disks apart')
    .description(
      'Tries every host: which of them this machine offers, why not the others, and the one line that would mend it. Exit codes: 0 the best one is to be had, 2 it is not.',
    );
  addFlags(command, ['app.cwd', 'volumes']).action((options: Record<string, unknown>) =>
    context.run(async () => {
      const { runDoctor } = await import('./run-doctor.ts');
      return runDoctor(options, context);
    }),
  );
}
