import type { Command } from 'commander';
import type { Context } from '../../context.ts';

/** Adds `rules`: lists the rules, or explains one. */
export function addRules(program: Command, context: Context): void {
  program
    .command('rules')
    .summary('list the rules, or explain one')
    .description('Lists the rules with their level and the clauses of factor VI that they enforce, or explains one.')
    .argument('[id]', 'rule to explain')
    .action((id: string | undefined) =>
      context.run(async () => {
        const { runRules } = await import('./run-rules.ts');
        return runRules(id, context);
      }),
    );
}
