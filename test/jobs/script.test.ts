import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { processesMarked, run, workspace } from '../support/cli.ts';

const FLAGS = ['check', '--script', '--seed', '1', '--output', 'out'];

async function audit(script: string, flags: readonly string[] = []) {
  const folder = await workspace({ 'script.mjs': script });
  const env = { OF_TEST: folder.path };
  const ran = await run([...FLAGS, '--reporter', 'terminal,json=report.json', ...flags, '--', 'node', 'script.mjs'], {
    cwd: folder.path,
    env,
  });
  const left = await processesMarked(`OF_TEST=${folder.path}`);
  return { ...ran, said: `${ran.stdout}${ran.stderr}`.replace(/\s+/g, ' '), left, folder };
}

const COUNTS = `
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
const before = existsSync('count') ? Number(readFileSync('count', 'utf8')) : 0;
writeFileSync('count', String(before + 1));
console.error('run', before + 1);
console.log('rows', before);
`;

describe('a script', () => {
  it('that goes on from what it finds is found out, and its pair is played again', async () => {
    const { exitCode, said, left, folder } = await audit(COUNTS);
    await using _folder = folder;
    expect(said).toMatch(
      /leftover-run.*expected exit code 0 rows 0 when it runs again on another machine.*actual exit code 0 rows 1/,
    );
    expect(said).toMatch(/file count .*written by step 1 "first run"/);
    expect([exitCode, left]).toEqual([1, []]);
    const id = /share-nothing replay (\w+)/.exec(said)?.[1] ?? '';
    const again = await run(['replay', id, '--output', 'out'], { cwd: folder.path });
    expect(again.stdout).toMatch(/reproduced/);
    expect(again.exitCode).toBe(1);
  });

  it('is judged by its results alone where some are named', async () => {
    const { exitCode, folder } = await audit(`${COUNTS}\nwriteFileSync('out.csv', 'a,b');`, ['--result', 'out.csv']);
    await using _folder = folder;
    expect(exitCode).toBe(0);
  });

  it('that says what time it is, draws a number and shows how far it is does no wrong', async () => {
    const { exitCode, said, folder } = await audit(`
      process.stdout.write('1 of 2\\r2 of 2\\r');
      console.log('done at', new Date().toISOString(), Math.random());
      console.log('12 rows');`);
    await using _folder = folder;
    expect([exitCode, said.match(/leftover-run pass/)?.length]).toEqual([0, 1]);
  });

  it.each([
    [
      'fails by itself',
      'console.error("no database"); process.exit(4);',
      [],
      /fails by itself: it ended with exit code 4 on machine\.1.*no database/,
    ],
    [
      'does not end',
      'setInterval(() => {}, 1000);',
      ['--script-timeout', '2s'],
      /did not end within 2 s: node script\.mjs.*--script-timeout/,
    ],
    ['does not make what it is to make', 'console.log(1)', ['--result', 'nothing.csv'], /ends well, and did not make nothing\.csv/],
  ])('that %s is told of', async (_, script, flags, message) => {
    const { exitCode, said, left, folder } = await audit(script, flags);
    await using _folder = folder;
    expect(said).toMatch(message);
    expect([exitCode, left]).toEqual([2, []]);
  });

  it('that leaves processes has them ended and named', async () => {
    const { exitCode, said, left, folder } = await audit(
      `import { spawn } from 'node:child_process';\nspawn('sleep', ['300'], { detached: true, stdio: 'ignore' }).unref();`,
    );
    await using _folder = folder;
    expect(said).toMatch(/processes that the script had started went on running/);
    expect([exitCode, left]).toEqual([0, []]);
  });
});

it('has a report of its own kind', async () => {
  const { folder } = await audit(COUNTS);
  await using _folder = folder;
  const { readFile } = await import('node:fs/promises');
  const report = JSON.parse(await readFile(`${folder.path}/report.json`, 'utf8')) as Report;
  expect(report).toMatchObject({ formation: [], sessions: [{ steps: 2, state: [], effects: [] }] });
  expect(report.findings[0]?.pair?.failing).toMatchObject({
    processes: ['machine.1'],
    steps: [{ by: 'machine.1' }, { differs: true }],
  });
});
