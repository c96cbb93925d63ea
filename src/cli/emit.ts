import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import type { ReporterChoice } from '../model/config.ts';
import type { Report } from '../model/report.ts';
import { renderJson } from '../report/json.ts';
import { renderTerminal } from '../report/terminal.ts';
import { harmlessText } from '../report/text.ts';
import { colorOf, type Terminal, widthOf } from './terminal.ts';

export interface EmitOptions {
  readonly reporters: readonly ReporterChoice[];
  /** Folder of the evidence. */
  readonly evidence: string;
  readonly verbose: boolean;
  /** False with `--no-color`. */
  readonly color: boolean;
}

/** Gives the report by every reporter asked for. A reporter that fails is told of on stderr and changes nothing else. */
export async function emit(report: Report, terminal: Terminal, options: EmitOptions): Promise<void> {
  const { reporters } = options;
  const jsonToStdout = reporters.some(({ name, file }) => name === 'json' && file === null);
  for (const { name, file } of reporters) {
    try {
      if (name === 'terminal') printReport(report, terminal, { ...options, toStderr: jsonToStdout });
      else if (file === null) terminal.stdout.write(renderJson(report));
      else await save(file, renderJson(report));
    } catch (error) {
      terminal.stderr.write(
        `error: the ${name} reporter failed: ${harmlessText(error instanceof Error ? error.message : String(error))}\n`,
      );
    }
  }
}

function printReport(
  report: Report,
  terminal: Terminal,
  { evidence, verbose, color, toStderr }: EmitOptions & { toStderr: boolean },
): void {
  const output = toStderr ? terminal.stderr : terminal.stdout;
  const text = renderTerminal(report, {
    width: widthOf(output),
    color: colorOf(output, terminal, color),
    verbose,
    cwd: terminal.cwd,
    evidence: fromHere(evidence, terminal.cwd),
  });
  output.write(text);
}

async function save(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

function fromHere(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short.startsWith('..') || short === '' ? path : short;
}
