import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { commitOf } from '../../src/config/commit.ts';
import { workspace } from '../support/cli.ts';

it('the commit that a folder is at is told, and whether files differ from it; none where there is no repository', async () => {
  await using folder = await workspace({ 'app.js': '// first' });
  const { path } = folder;
  expect(await commitOf(path)).toBeNull();
  const git = (...args: string[]) =>
    execa('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], { cwd: path });
  await git('init', '--quiet');
  expect(await commitOf(path)).toBeNull();
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'first');
  await git('tag', 'v1');
  const { stdout } = await git('rev-parse', 'HEAD');
  expect(stdout.startsWith((await commitOf(path)) ?? '?')).toBe(true);
  await writeFile(join(path, 'app.js'), '// second');
  expect(await commitOf(path)).toMatch(/^[0-9a-f]{12}-dirty$/);
});
