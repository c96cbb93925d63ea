import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { satisfies } from 'semver';
import { expect, it } from 'vitest';
import { APPS, workspace } from './support/cli.ts';

const ROOT = resolve(import.meta.dirname, '..');
const VISIT = 'POST http://localhost/login\n\n{"user":"ann"}\n\n### Look\nGET http://localhost/cart\n';
const HOME = 'GET http://localhost/\n\n### Again\nGET http://localhost/\n';
const config = (session: string) =>
  JSON.stringify({
    command: [process.execPath, join(APPS, 'cart.mjs')],
    sessions: [session],
    strength: 2,
    rules: ['sticky-session'],
    host: 'plain',
    failFast: true,
  });

/** An empty project into which the packed tool was installed; its test runner and compiler are ours. */
async function project(): Promise<AsyncDisposable & { readonly path: string }> {
  const folder = await workspace({ 'visit.http': VISIT, 'home.http': HOME, 'package.json': '{"type":"module","private":true}' });
  await execa('npm', ['pack', '--ignore-scripts', '--pack-destination', folder.path], { cwd: ROOT });
  const tarball = (await readdir(folder.path)).find((name) => name.endsWith('.tgz')) ?? '';
  await execa('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--legacy-peer-deps', join(folder.path, tarball)], {
    cwd: folder.path,
  });
  for (const name of ['vitest', 'typescript', '@types/node']) {
    await mkdir(join(folder.path, 'node_modules', name, '..'), { recursive: true });
    await symlink(join(ROOT, 'node_modules', name), join(folder.path, 'node_modules', name));
  }
  return folder;
}

it('the packed tool works in an empty project: command line, API, matchers and types', async () => {
  await using folder = await project();
  const cwd = folder.path;
  await writeFile(
    join(cwd, 'api.ts'),
    `import { check, type Finding, UserError } from 'share-nothing';
const { report, evidence } = await check(${config('visit.http')});
const first: Finding | undefined = report.findings[0];
console.log(report.conclusion, first?.rule, evidence.length > 0);
try { await check({ command: 'node x.js', sessions: ['visit.http'], budget: 'much' }); } catch (error) { console.log(error instanceof UserError && error.details.join()); }
`,
  );
  await writeFile(
    join(cwd, 'stateless.test.ts'),
    `import 'share-nothing/vitest';
import { expect, it } from 'vitest';
it('passes', { timeout: 300_000 }, async () => { await expect(${config('home.http')}).toBeStateless(); });
it('fails', { timeout: 300_000 }, async () => {
  await expect(${config('visit.http')}).not.toBeStateless();
  await expect(expect(${config('visit.http')}).toBeStateless()).rejects.toThrow('sticky-session');
});
`,
  );
  await writeFile(
    join(cwd, 'jest.mjs'),
    `const given = {};
globalThis.expect = { extend: (matchers) => Object.assign(given, matchers) };
await import('share-nothing/jest');
const { pass, message } = await given.toBeStateless.call({}, ${config('visit.http')});
console.log(pass, message().includes('sticky-session'));
`,
  );
  const flags = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--types',
    'node',
    'api.ts',
    'stateless.test.ts',
  ];
  const compiled = await execa('node_modules/typescript/bin/tsc', flags, { cwd, reject: false });
  expect(compiled.stdout).toBe('');
  const version = await execa('npx', ['share-nothing', '--version'], { cwd });
  expect(version.stdout).toMatch(/^share-nothing \d/);
  const api = await execa(join(ROOT, 'node_modules/.bin/jiti'), ['api.ts'], { cwd });
  expect(api.stdout).toMatch(/^does-not-conform sticky-session true\n.*budget: "much" given/);
  const vitest = await execa(process.execPath, ['node_modules/vitest/vitest.mjs', 'run'], {
    cwd,
    reject: false,
    env: { NO_COLOR: '1' },
  });
  expect(vitest.stdout).toContain('2 passed');
  const jest = await execa(process.execPath, ['jest.mjs'], { cwd });
  expect(jest.stdout).toBe('false true');
});

/** What they need is less than what they ask for: they are bundled for our Node.js when we build, and tested there. */
const BUNDLED = ['node_modules/js-redis-server', 'node_modules/lua-redis-wasm'];

it('no package asks for another Node.js than ours', async () => {
  const lock = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, { readonly engines?: { readonly node?: string }; readonly optional?: boolean }>>;
  };
  const ours = lock.packages['']?.engines?.node ?? '';
  const others = Object.entries(lock.packages).filter(
    ([, { engines, optional }]) => optional !== true && engines?.node !== undefined && !satisfies('20.19.0', engines.node),
  );
  expect(ours).toBe('>=20.19');
  expect(others.map(([name]) => name)).toEqual(BUNDLED);
});
