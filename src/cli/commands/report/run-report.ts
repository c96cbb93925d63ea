import { dirname, resolve } from 'node:path';
import { resolveReporters } from '../../../config/resolve.ts';
import { readEvidence } from '../../../evidence/read.ts';
import { recallInvocation } from '../../../invocation.ts';
import type { Context } from '../../context.ts';
import { validateFlags } from '../../flags/settings.ts';
import { emit } from '../../outcome/emit.ts';
import { exitCodeOf } from '../../outcome/exit-code.ts';
import { openBaseline } from '../../outcome/open-baseline.ts';
import { offThread } from '../../thread/off-thread.ts';

/** Judges saved evidence and reports. Promises the exit code. */
export async function runReport(
  evidence: string,
  options: Readonly<Record<string, unknown>>,
  { terminal, color }: Context,
): Promise<number> {
  const { reporters, strict, baseline: named } = validateFlags(options, []);
  const choice = { file: named === undefined ? null : resolve(terminal.cwd, named), update: options.updateBaseline === true };
  const baseline = await openBaseline(choice, terminal.cwd);
  const { file, records } = readEvidence(resolve(terminal.cwd, evidence));
  const [head] = records;
  const asked = head?.kind === 'audit' ? recallInvocation(head.invocation, file).strict : false;
  const task = { kind: 'judge', path: file, strict: strict ?? asked } as const;
  const judged = await offThread(task, { say: (line) => void terminal.stderr.write(`${line}\n`) });
  const report = baseline.judge(judged);
  await emit(report, terminal, {
    reporters: resolveReporters(reporters, terminal.cwd),
    evidence: dirname(file),
    verbose: options.verbose === true,
    color: color(),
  });
  await baseline.save(judged);
  return exitCodeOf(report);
}
