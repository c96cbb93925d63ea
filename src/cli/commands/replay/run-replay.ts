import { resolve } from 'node:path';
import { DEFAULTS } from '../../../config/defaults.ts';
import { loadConfigFile } from '../../../config/load.ts';
import type { UserConfig } from '../../../config/schema.ts';
import { randomSeed } from '../../../config/seed.ts';
import { settle } from '../../../config/settle.ts';
import { UserError } from '../../../errors.ts';
import { readEvidence } from '../../../evidence/read.ts';
import { type Invocation, recallInvocation } from '../../../invocation.ts';
import type { Config } from '../../../model/config.ts';
import type { Withheld } from '../../../model/evidence.ts';
import { createCanvas } from '../../../report/lines/canvas.ts';
import type { Context } from '../../context.ts';
import { validateFlags } from '../../flags/settings.ts';
import { EXIT } from '../../outcome/exit-code.ts';
import { colorOf, type Terminal, widthOf } from '../../terminal/terminal.ts';
import { offThread } from '../../thread/off-thread.ts';
import { replayLines } from './replay-lines.ts';

/** Plays a finding's minimal pair again as its audit was run, and prints both runs. Promises the exit code. */
export async function runReplay(
  { finding, command }: { finding: string; command: readonly string[] },
  options: Readonly<Record<string, unknown>>,
  { terminal, color }: Context,
): Promise<number> {
  const { stdout, stderr } = terminal;
  const flags = validateFlags(options, command);
  const evidence = await evidenceOf(flags, terminal);
  const { file, records } = readEvidence(evidence);
  const [head] = records;
  if (head?.kind !== 'audit') throw new Error('evidence without a header');
  const config = await configOf(recallInvocation(head.invocation, file), { withheld: head.withheld, flags, terminal });
  const task = { kind: 'replay', options: { config, evidence: file, finding } } as const;
  const played = await offThread(task, { say: (line) => void stderr.write(`${line}\n`) });
  const canvas = createCanvas({ width: widthOf(stdout), color: colorOf(stdout, terminal, color()) });
  stdout.write(`${replayLines(canvas, played).join('\n')}\n`);
  return played.reproduced ? EXIT.violated : EXIT.ok;
}

/** The output folder: as given, else as the config file here says, else the default. */
async function evidenceOf({ output }: UserConfig, { cwd }: Terminal): Promise<string> {
  if (output !== undefined) return resolve(cwd, output);
  const file = await loadConfigFile(cwd, null);
  return file?.config.output === undefined ? resolve(cwd, DEFAULTS.output) : resolve(file.folder, file.config.output);
}

interface Again {
  readonly withheld: Withheld;
  readonly flags: UserConfig;
  readonly terminal: Terminal;
}

async function configOf(invocation: Invocation, { withheld, flags, terminal: { env } }: Again): Promise<Config> {
  const then = invocation.flags;
  const missing = [
    ...withheld.env
      .filter((name) => flags.app?.env?.[name] === undefined && env[name] === undefined)
      .map((name) => `--env ${name}=…`),
    ...withheld.variables.filter((name) => flags.variables?.[name] === undefined).map((name) => `--var ${name}=…`),
    ...withheld.changedEnv.filter((name) => flags.changedEnv?.[name] === undefined).map((name) => `--changed-env ${name}=…`),
    ...(withheld.command && flags.command === undefined ? ['-- COMMAND'] : []),
  ];
  if (missing.length > 0)
    throw new UserError(
      'secret-missing',
      'the audit was given secrets, which are never stored',
      `Give them again: ${missing.join(' ')}`,
    );
  const { seed: _, ...kept } = then;
  const { config } = await settle({
    file: await loadConfigFile(invocation.cwd, invocation.configFile),
    flags: {
      ...kept,
      ...(flags.seed === undefined ? {} : { seed: flags.seed }),
      ...(flags.showValues === undefined ? {} : { showValues: flags.showValues }),
      app: { ...then.app, ...flags.app, env: { ...then.app?.env, ...flags.app?.env } },
      variables: { ...then.variables, ...flags.variables },
      ...(then.changedEnv === undefined && flags.changedEnv === undefined
        ? {}
        : { changedEnv: { ...then.changedEnv, ...flags.changedEnv } }),
      ...(flags.command === undefined ? {} : { command: flags.command }),
    },
    cwd: invocation.cwd,
    randomSeed,
  });
  return config;
}
