import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf } from '../../errors.ts';
import type { ReporterChoice } from '../../model/config.ts';
import type { Report } from '../../model/report.ts';
import { packaged } from '../../packaged.ts';
import { renderHtml } from '../../report/reporters/html.ts';
import { renderTerminal } from '../../report/reporters/terminal.ts';
import { harmlessText } from '../../report/text.ts';
import { fromHere } from '../terminal/paths.ts';
import { colorOf, type Terminal, widthOf } from '../terminal/terminal.ts';

/** Built from `src/pages/report`. */
const PAGE = packaged('dist/pages/report/index.html');

export interface EmitOptions {
  readonly reporters: readonly ReporterChoice[];
  /** Folder of the evidence. */
  readonly evidence: string;
  readonly verbose: boolean;
  /** False with `--no-color`. */
  readonly color: boolean;
}

/** Gives the report by every reporter asked for, and to GitHub where it runs there. A reporter that fails is told of on stderr and changes nothing else. */
export async function emit(report: Report, terminal: Terminal, options: EmitOptions): Promise<void> {
  const { env, stdout, stderr, cwd } = terminal;
  const reporters = withGithub(options.reporters, terminal);
  // What a program reads has standard output for itself.
  const isTaken = reporters.some(({ name, file }) => file === null && name !== 'terminal' && name !== 'github');
  const folder = env.GITHUB_WORKSPACE ?? env.CI_PROJECT_DIR ?? cwd;
  const guarded = async (name: string, give: () => void | Promise<void>) => {
    try {
      await give();
    } catch (error) {
      stderr.write(`error: the ${name} reporter failed: ${harmlessText(messageOf(error))}\n`);
    }
  };
  for (const { name, file } of reporters)
    await guarded(name, async () => {
      if (name === 'terminal') return printReport(report, terminal, { ...options, toStderr: isTaken });
      if (name === 'html') return file === null ? undefined : savePage(report, file);
      const { RENDERERS } = await import('../../report/reporters/render.ts');
      const text = RENDERERS[name](report, folder);
      if (file !== null) return save(file, text);
      (isTaken && name === 'github' ? stderr : stdout).write(text);
    });
  const summary = env.GITHUB_STEP_SUMMARY ?? '';
  if (summary === '') return;
  await guarded('summary', async () => {
    const { renderMarkdown } = await import('../../report/reporters/markdown.ts');
    await appendFile(summary, renderMarkdown(report, folder));
  });
}

/** Annotations come by themselves in GitHub Actions. */
function withGithub(reporters: readonly ReporterChoice[], { env }: Terminal): readonly ReporterChoice[] {
  const isThere = env.GITHUB_ACTIONS !== 'true' || reporters.some(({ name }) => name === 'github');
  return isThere ? reporters : [...reporters, { name: 'github', file: null }];
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

async function savePage(report: Report, file: string): Promise<void> {
  await save(file, renderHtml(report, await readFile(PAGE, 'utf8')));
}

async function save(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
