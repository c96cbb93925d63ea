import type { AuditResult } from '../../../audit.ts';
import { rememberInvocation } from '../../../invocation.ts';
import type { Context } from '../../context.ts';
import { readSettings } from '../../flags/settings.ts';
import { emit } from '../../outcome/emit.ts';
import { EXIT, exitCodeOf } from '../../outcome/exit-code.ts';
import { openBaseline } from '../../outcome/open-baseline.ts';
import { showProgress } from '../../terminal/show-progress.ts';
import { colorOf, isLive } from '../../terminal/terminal.ts';
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
  const { report: judged, evidence } = await watched(context, thread, { kind: 'audit', options: { config, ...remembered } });
  const report = baseline.judge(judged);
  await emit(report, terminal, {
    reporters: config.reporters,
    evidence,
    verbose: options.verbose === true,
    color: context.color(),
  });
  await baseline.save(judged);
  if (!report.interrupted) return exitCodeOf(report);
  stderr.write(`interrupted: this is what ${report.trials} trials had shown by then; the evidence is kept in ${evidence}\n`);
  return report.conclusion === 'does-not-conform' ? EXIT.violated : EXIT.none;
}

/** Does an audit with its progress shown and Ctrl-C heard; both end with it. */
async function watched({ terminal, color }: Context, thread: Thread, task: Task & { kind: 'audit' }): Promise<AuditResult> {
  const { stderr } = terminal;
  using progress = showProgress(stderr, {
    live: isLive(stderr, terminal),
    color: colorOf(stderr, terminal, color()),
    clock: () => performance.now(),
  });
  return await offThread(task, { thread, say: progress.say, onProgress: progress.show });
}
