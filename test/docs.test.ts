import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WELL_KNOWN_PATHS } from '../src/config/well-known-paths.ts';
import { RULE_IDS } from '../src/model/rule.ts';
import { run } from './support/cli.ts';

const ROOT = resolve(import.meta.dirname, '..');
const files = [
  'README.md',
  'CONTRIBUTING.md',
  'fixtures/README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`),
]
  .filter((name) => name.endsWith('.md'))
  .map((name) => ({ name, text: readFileSync(join(ROOT, name), 'utf8') }));

describe('the documentation', () => {
  it.each(files)('$name links to files that are there', ({ name, text }) => {
    const targets = [...text.matchAll(/\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target);
    expect(targets.filter((target) => !existsSync(join(ROOT, dirname(name), target)))).toEqual([]);
  });

  it('names commands and options that there are', async () => {
    const commands = ['check', 'init', 'record', 'up', 'replay', 'report', 'diff', 'rules', 'doctor'];
    const help = await Promise.all(commands.map(async (command) => [command, (await run([command, '--help'])).stdout] as const));
    const known = new Set(help.flatMap(([, text]) => text.match(/--[a-z][a-z-]+/g) ?? []));
    const own = files.flatMap(({ name, text }) =>
      [...text.matchAll(/share-nothing (\w+)([^`\n]*)/g)].map(([line, command = '', rest = '']) => ({ name, line, command, rest })),
    );
    const calls = own.filter(({ command }) => commands.includes(command));
    expect(calls.length).toBeGreaterThan(10);
    for (const { rest, line } of calls)
      for (const flag of rest.split(' -- ')[0]?.match(/--[a-z][a-z-]+/g) ?? []) expect(known, line).toContain(flag);
  });

  it('lists the paths that are left out by default', () => {
    const text = readFileSync(join(ROOT, 'docs/sessions.md'), 'utf8');
    const list = /<!-- well-known -->([\s\S]*)<!-- \/well-known -->/.exec(text)?.[1] ?? '';
    expect(list.match(/(?<=`)\/[^`]+/g)).toEqual(WELL_KNOWN_PATHS);
  });

  it('has a page for each rule', () => {
    for (const rule of RULE_IDS) expect(files.map(({ name }) => name)).toContain(`docs/rules/${rule}.md`);
  });
});
