import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { fixtureIds, frameworkIds, readExpected } from '../fixtures/run-fixture.ts';
import type { Report } from '../src/model/report.ts';
import { RULE_IDS } from '../src/model/rule.ts';
import { APPS, workspace } from './support/cli.ts';

const ROOT = resolve(import.meta.dirname, '..');
const readme = await readFile(join(ROOT, 'README.md'), 'utf8');

function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text);
}

function commands(block: string | undefined): string[] {
  return (block ?? '').split('\n').flatMap((line) => line.replace(/\s+#.*$/, '').trim() || []);
}

/** A project that has the tool installed, with the README's own session and config and an app that they fit. */
async function project(app = join(APPS, 'cart.mjs')) {
  const folder = await workspace({
    'package.json': '{ "type": "module", "scripts": { "start": "node server.js" } }',
    'server.js': await readFile(app, 'utf8'),
    'cart.http': blocks('http')[0] ?? '',
  });
  await mkdir(join(folder.path, 'node_modules/.bin'), { recursive: true });
  // As npm does when it installs a package.
  await chmod(join(ROOT, 'dist/cli.js'), 0o755);
  await symlink(ROOT, join(folder.path, 'node_modules/share-nothing'));
  await symlink(join(ROOT, 'dist/cli.js'), join(folder.path, 'node_modules/.bin/share-nothing'));
  return folder;
}

/** What `npx` finds in a project is called by itself, as npx takes longer than most commands; `doctor` is called by npx. */
function sh(command: string, cwd: string) {
  const path = `${join(cwd, 'node_modules/.bin')}:${process.env.PATH}`;
  return execa('sh', ['-c', command.replace(/^npx share-nothing/, 'share-nothing')], {
    cwd,
    reject: false,
    env: { NO_COLOR: '1', PATH: path },
  });
}

describe('the README', () => {
  it('begins with two commands: the demo shows a finding, the tests are these', async () => {
    expect(commands(blocks('sh')[0])).toEqual(['npm ci && npm run demo', 'npm ci && npm test']);
    const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    expect(scripts).toMatchObject({ demo: 'npm run build && jiti fixtures/demo.ts', test: 'npm run build && vitest run' });
    const { exitCode, stdout } = await sh('npx jiti fixtures/demo.ts', ROOT);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('✗ sticky-session');
    for (const line of blocks('text')[0]?.split('\n') ?? []) expect(squeezed(stdout)).toContain(squeezed(line));
  });

  it('shows commands that need no session', async () => {
    await using folder = await project(join(APPS, 'notes.mjs'));
    const [check = '', init = ''] = commands(blocks('sh')[1]);
    expect([check, init]).toEqual(['npx share-nothing check -- node server.js', expect.stringMatching(/^npx share-nothing init/)]);
    const { exitCode, stdout } = await sh(`${check.replace(' -- ', ' --budget "0 trials" --strength 2 -- ')}`, folder.path);
    expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/✗ (?:sticky-session|process-memory)[\s\S]*the session is /)]);
    expect((await sh(init, folder.path)).stdout).toMatch(
      /wrote share-nothing\.config\.json and session\.http\nnext: share-nothing check$/,
    );
  });

  it('shows commands that work in a project of one’s own', async () => {
    await using folder = await project();
    for (const command of commands(blocks('sh')[2])) {
      const { exitCode, stdout } = await sh(command.replace(' -- ', ' --fail-fast -- '), folder.path);
      expect(stdout).toContain('✗ sticky-session');
      expect(exitCode).toBe(1);
    }
    const config = (blocks('ts')[0] ?? '').replace(
      "sessions: ['cart.http']",
      "sessions: ['cart.http'], failFast: true, reporters: ['terminal,html=report.html,junit=report.xml', 'json=report.json']",
    );
    await writeFile(join(folder.path, 'share-nothing.config.ts'), config);
    expect(readme).toContain('`share-nothing check`');
    expect((await sh('npx share-nothing check', folder.path)).exitCode).toBe(1);
    const report = JSON.parse(await readFile(join(folder.path, 'report.json'), 'utf8')) as Report;
    expect(readme).toContain('`--reporter terminal,html=report.html,junit=report.xml`');
    expect(await readFile(join(folder.path, 'report.html'), 'utf8')).toContain('sticky-session');
    expect((await sh('npx share-nothing diff report.json report.json', folder.path)).stdout).toMatch(/^0 new, 0 mended, 1 left$/m);
    const replayed = await sh(`npx share-nothing replay ${report.findings[0]?.id}`, folder.path);
    expect(replayed.stdout).toMatch(/reproduced$/);
    expect((await sh('npx share-nothing report .share-nothing', folder.path)).stdout).toContain('✗ sticky-session');
    const doctor = await execa('npx', ['share-nothing', 'doctor'], { cwd: folder.path });
    expect(doctor.stdout).toMatch(/check uses +(overlay|copy|plain)/);
    const rules = await sh('npx share-nothing rules', folder.path);
    for (const id of RULE_IDS) expect(rules.stdout).toContain(id);
    expect((await sh(`npx share-nothing rules ${RULE_IDS[0]}`, folder.path)).exitCode).toBe(0);
  });

  it('shows what was found on real frameworks as expected.json has it', async () => {
    const table = readme.slice(readme.indexOf('<!-- frameworks -->'), readme.indexOf('<!-- /frameworks -->'));
    for (const id of await frameworkIds()) {
      const { title, findings, unjudged } = await readExpected(id);
      const found = findings
        .map(
          ({ rule, step, dependsOn }) =>
            `${rule}: step ${step}${dependsOn.length === 0 ? '' : ` needs ${dependsOn.join(' and ')}`}`,
        )
        .join(', ');
      const files = findings.flatMap(({ file }) => (file === undefined ? [] : [`\`${file}…\``])).join(', ');
      const otherwise = unjudged === undefined ? 'conforms' : `step ${unjudged.join(', ')} is not judged`;
      expect(table).toContain(`| ${title} | ${found || otherwise} | ${files} |`);
    }
  });

  it('shows the matrix of the fixture apps as expected.json has it', async () => {
    const ids = await fixtureIds();
    const apps = await Promise.all(ids.map(async (id) => ({ id, ...(await readExpected(id)) })));
    const rows = apps.map(({ id, findings }) => {
      const cells = RULE_IDS.map((rule) => (findings.some((finding) => finding.rule === rule) ? '✗' : '·'));
      return `| ${[id, ...cells].join(' | ')} |`;
    });
    const clean = apps.filter(({ findings, unjudged = [] }) => findings.length === 0 && unjudged.length === 0);
    expect(readme.split('\n').filter((line) => /^\|.*[✗·] \|$/.test(line))).toEqual(rows);
    expect(readme).toContain(`${ids.length} apps, ${clean.length} of them clean`);
  });

  it('links to files that exist', async () => {
    for (const [, target = ''] of readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) await readFile(join(ROOT, target), 'utf8');
  });
});

function squeezed(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
