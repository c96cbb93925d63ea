import { Command, CommanderError } from 'commander';
import { TOOL } from '../packaged.ts';
import { addCheck } from './commands/check/check-command.ts';
import { addDiff } from './commands/diff/diff-command.ts';
import { addDoctor } from './commands/doctor/doctor-command.ts';
import { addInit } from './commands/init/init-command.ts';
import { addRecord } from './commands/record/record-command.ts';
import { addReplay } from './commands/replay/replay-command.ts';
import { addReport } from './commands/report/report-command.ts';
import { addRules } from './commands/rules/rules-command.ts';
import { addUp } from './commands/up/up-command.ts';
import type { Context } from './context.ts';
import { describeError } from './describe-error.ts';
import { EXIT } from './outcome/exit-code.ts';
import { colorOf, type Terminal } from './terminal/terminal.ts';

/** Runs the command line. Promises the exit code; prints to the terminal's streams and never throws. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  let code: number = EXIT.ok;
  const program = createProgram(terminal);
  const context: Context = {
    terminal,
    color: () => program.opts<{ color: boolean }>().color,
    run: async (command) => {
      code = await command();
    },
  };
  addCheck(program, context);
  addInit(program, context);
  addRecord(program, context);
  addUp(program, context);
  addReplay(program, context);
  addReport(program, context);
  addDiff(program, context);
  addRules(program, context);
  addDoctor(program, context);
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.none;
    terminal.stderr.write(describeError(error, { color: colorOf(terminal.stderr, terminal, context.color()) }));
    return EXIT.none;
  }
}

function createProgram({ stdout, stderr }: Terminal): Command {
  return new Command('share-nothing')
    .description('Proves whether an app obeys factor VI of the Twelve-Factor App: stateless processes that share nothing.')
    .version(TOOL, '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .option('--no-color', 'print without colours')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
      outputError: (text, write) => write(text.replace(/\n\((Did you mean .+)\)/, '\nhint: $1')),
    })
    .showHelpAfterError("hint: --help shows the usage; the app's own command goes after --");
}
