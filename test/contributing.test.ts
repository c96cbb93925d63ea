import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REPORTER_NAMES } from '../src/model/config.ts';
import { HOST_NAMES } from '../src/model/isolation.ts';
import { RULE_IDS } from '../src/model/rule.ts';
import { SERVICE_NAMES } from '../src/model/service.ts';

const ROOT = resolve(import.meta.dirname, '..');
const text = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');

interface Member {
  readonly name: string;
  /** Steps that this one is excepted from, by the text of CONTRIBUTING. */
  readonly without?: readonly string[];
}

/** What there is of each kind: by its list, and by the files in its room. */
const KINDS: Readonly<Record<string, readonly Member[]>> = {
  rule: [...RULE_IDS, ...filesIn('src/checks/rules', /defineRule\(\{/)].map((name) => ({ name })),
  axis: filesIn('src/search/axes', /Axis: Axis = /).map((name) => ({ name })),
  host: [...HOST_NAMES, ...filesIn('src/supervisor/hosts', /name: '(?:overlay|copy|plain)'/)].map((name) => ({ name })),
  'session format': foldersIn('src/session/formats').map((name) => ({ name })),
  reporter: [...REPORTER_NAMES, ...filesIn('src/report/reporters', /export function render\w+\(report: Report/)].map((name) => ({
    name,
    without: ['terminal', 'html'].includes(name) ? ['src/report/reporters/render.ts'] : [],
  })),
  command: foldersIn('src/cli/commands').map((name) => ({ name })),
  service: SERVICE_NAMES.map((name) => ({ name })),
};

describe('what CONTRIBUTING says is to be added', () => {
  it.each(Object.entries(KINDS))('for a %s is there for each that there is', (kind, members) => {
    const steps = stepsOf(kind);
    expect(steps.length).toBeGreaterThanOrEqual(4);
    expect(members.length).toBeGreaterThan(1);
    const missing = members.flatMap(({ name, without = [] }) =>
      steps
        .filter(({ path, needs }) => !without.includes(path) && !isDone({ path, needs }, name))
        .map(({ path }) => `${name}: ${path}`),
    );
    expect(missing).toEqual([]);
  });
});

interface Step {
  readonly path: string;
  /** Text that stands in the file; `null`: it is enough that it is there. */
  readonly needs: string | null;
}

/** The steps of a list: a path, and the text in it that names the member. */
function stepsOf(kind: string): Step[] {
  const section = new RegExp(`### (?:A|An) ${kind}\\n([\\s\\S]*?)(?=\\n### |$)`).exec(text)?.[1] ?? '';
  return [...section.matchAll(/^- `([^`]+)`: (?:`` ?(.+?) ?``|`([^`]+)`)?/gm)].map(([, path = '', double, single]) => ({
    path,
    needs: double?.trim() ?? single ?? null,
  }));
}

function isDone({ path, needs }: Step, name: string): boolean {
  const filled = (one: string) => one.replaceAll('<name>', name).replaceAll('<Name>', camel(name));
  const files = path.includes('…') ? below(filled(path)) : [join(ROOT, filled(path))];
  const wanted = needs === null ? '' : filled(needs);
  const holds = (file: string) => {
    const content = readFileSync(file, 'utf8');
    // Prose may begin a sentence with it.
    return file.endsWith('.md') ? content.toLowerCase().includes(wanted.toLowerCase()) : content.includes(wanted);
  };
  return files.some((file) => existsSync(file) && holds(file));
}

/** Files that a path with `…` in it may mean. */
function below(path: string): string[] {
  const [before = '', after = ''] = path.split('…');
  const folder = join(ROOT, before.endsWith('/') ? before : dirname(before));
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(after) && !file.includes('node_modules'))
    .map((file) => join(folder, file))
    .filter((file) => statSync(file).isFile());
}

function camel(name: string): string {
  return name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function filesIn(folder: string, sign: RegExp): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((file) => file.endsWith('.ts') && sign.test(readFileSync(join(ROOT, folder, file), 'utf8')))
    .map((file) => file.slice(0, -3));
}

function foldersIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
}
