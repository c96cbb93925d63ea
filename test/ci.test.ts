import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { REPORTER_NAMES } from '../src/model/config.ts';
import { APPS, run, workspace } from './support/cli.ts';

const ROOT = resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const VISIT = 'POST http://localhost/login\n\n{"user":"ann"}\n\n### Look\nGET http://localhost/cart\n';

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly runs: { readonly steps: readonly { readonly run: string; readonly env?: Readonly<Record<string, string>> }[] };
}

describe('the GitHub action', () => {
  const { inputs, runs } = parse(read('action.yml')) as Action;

  it('audits with its inputs, whatever characters are in them, annotates and fails the job', async () => {
    await using folder = await workspace({ 'a visit.http': VISIT });
    const given: Record<string, string> = {
      command: `"${process.execPath}" ${join(APPS, 'cart.mjs')}`,
      sessions: 'a visit.http\n',
      args: '--strength=2\n--host=plain\n--env=ODD=$(touch hit); `touch hit` "\'\n',
      reporters: 'terminal,sarif=out.sarif',
    };
    const value = (text: string) =>
      text.replace(/\$\{\{ ([\w.-]+) \}\}/g, (_, name: string) =>
        name === 'github.action_path'
          ? ROOT
          : (given[name.replace('inputs.', '')] ?? inputs[name.replace('inputs.', '')]?.default ?? ''),
      );
    const [, audit] = runs.steps;
    // Values reach the script as variables alone: nothing of theirs is run.
    expect(audit?.run).not.toContain('${{');
    const env = Object.fromEntries(Object.entries(audit?.env ?? {}).map(([name, text]) => [name, value(text)]));
    const summary = join(folder.path, 'summary.md');
    const result = await execa('bash', ['-e', '-c', audit?.run ?? ''], {
      cwd: folder.path,
      reject: false,
      env: { ...env, GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: folder.path, GITHUB_STEP_SUMMARY: summary, NO_COLOR: '1' },
    });
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toMatch(/^::error file=a visit\.http,line=6/m);
    expect(readFileSync(summary, 'utf8')).toContain('sticky-session');
    expect(readFileSync(join(folder.path, 'out.sarif'), 'utf8')).toContain('"ruleId": "sticky-session"');
    await expect(execa('ls', ['hit'], { cwd: folder.path })).rejects.toThrow();
  });
});

describe('docs/ci.md', () => {
  const text = read('docs/ci.md');

  it('lists every reporter, and YAML that can be read', () => {
    for (const name of REPORTER_NAMES) expect(text).toMatch(new RegExp(`^\\| \`${name}(=FILE)?\``, 'm'));
    for (const [, yaml = ''] of text.matchAll(/```yaml\n(.*?)```/gs)) expect(() => parse(yaml) as unknown).not.toThrow();
  });

  it('names options that there are', async () => {
    const help = await Promise.all(['check', 'diff', 'report'].map(async (command) => (await run([command, '--help'])).stdout));
    for (const [, flag = ''] of text.matchAll(/npx share-nothing.*?(--[a-z-]+)/g)) expect(help.join()).toContain(flag);
  });
});
