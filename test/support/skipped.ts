import type { Reporter, TestModule } from 'vitest/node';

/** Says, before the last line counts it, what was skipped for want of a program, and the line that installs it. */
export default class Skipped implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lacking = modules.flatMap((module) =>
      [...module.children.allTests('skipped')].flatMap((test) => (/\(needs /.test(test.fullName) ? [test.fullName] : [])),
    );
    if (lacking.length === 0) return;
    const title = `${lacking.length} ${lacking.length === 1 ? 'test is' : 'tests are'} skipped for want of a program:`;
    process.stdout.write(`\n ${title}\n${lacking.map((name) => `  - ${name}\n`).join('')}`);
  }
}
