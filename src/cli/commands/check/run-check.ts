import type { AuditResult } from '../../../audit.ts';
import { rememberInvocation } from '../../../invocation.ts';
import type { Finding } from '../../../model/finding.ts';
import { createCanvas } from '../../../report/lines/canvas.ts';
import { newsLines } from '../../../report/lines/finding-lines.ts';
import { reachedLines } from '../../../report/lines/reached-lines.ts';
import { harmless } from '../../../report/text.ts';
import { nameOf } from '../../../so-far.ts';
import type { Context } from '../../context.ts';
import { readSettings } from '../../flags/settings.ts';
import { emit } from '../../outcome/emit.ts';
import { EXIT, exitCodeOf } from '../../outcome/exit-code.ts';
import { type Baseline, openBaseline } from '../../outcome/open-baseline.ts';
import { showProgress } from '../../terminal/show-progress.ts';
import { colorOf, isLive, widthOf } from '../../terminal/terminal.ts';
import { beginThread, offThread, type Thread } from '../../thread/off-thread.ts';
import type { Task } from '../../thread/tasks.ts';

/** Audits the app and reports. Promises the exit code. */
export async function runCheck(
  command: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: Context,
): Promise<number> {
  const { terminal } = context;
  const { cwd, stderr } = terminal;
  await using thread = beginThread();
  const configFile = typeof options.config === 'string' ? options.config : null;
  const { config, flags, file } = await readSettings({ options, command, configFile, cwd });
  const baseline = await openBaseline({ file: config.baseline, update: options.updateBaseline === true }, cwd);
  const remembered = rememberInvocation({ cwd, configFile: file?.path ?? null, flags, strict: config.strict });
  const task = { kind: 'audit' as const, options: { config, ...remembered } };
  const { report: judged, evidence, told } = await watched(context, { thread, task, baseline });
  const report = baseline.judge(judged);
  await emit(report, terminal, {
    reporters: config.reporters,
    evidence,
    verbose: options.verbose === true,
    color: context.color(),
  });
  for (const one of told.filter((finding) => !judged.findings.some((other) => nameOf(other) === nameOf(finding))))
    stderr.write(
      `taken back: ${one.rule}${one.step === null ? '' : ` at step ${one.step.number}`}, told of meanwhile: later plays explained it away\n`,
    );
  await baseline.save(judged);
  if (!report.interrupted) return exitCodeOf(report);
  stderr.write(`interrupted: this is what ${report.trials} trials had shown by then; the evidence is kept in ${evidence}\n`);
  return report.conclusion === 'does-not-conform' ? EXIT.violated : EXIT.none;
}

interface Watched {
  readonly thread: Thread;
  readonly task: Task & { kind: 'audit' };
  readonly baseline: Baseline;
}

/** Does an audit with its progress shown and Ctrl-C heard; both end with it. `told`: findings that were shown as they came. */
async function watched(
  { terminal, color }: Context,
  { thread, task, baseline }: Watched,
): Promise<AuditResult & { told: readonly Finding[] }> {
  const { stderr, cwd } = terminal;
  const inColor = colorOf(stderr, terminal, color());
  const told: Finding[] = [];
  using progress = showProgress(stderr, {
    live: isLive(stderr, terminal),
    color: inColor,
    clock: () => performance.now(),
    tell({ found, reached }, seconds) {
      told.push(...found);
      const canvas = createCanvas({ width: widthOf(stderr), color: inColor });
      return [
        ...(reached === null ? [] : reachedLines(canvas, harmless(reached), { verbose: false })),
        ...found.flatMap((one) => newsLines(canvas, harmless({ ...one, known: baseline.knows(one) }), { cwd, seconds })),
      ];
    },
  });
  return { ...(await offThread(task, { thread, say: progress.say, onProgress: progress.show })), told };
}
