import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Report } from '../src/model/report.ts';
import { APPS, CLI, processesMarked, run, workspace } from './support/cli.ts';

const VISIT = Array.from({ length: 6 }, (_, step) => `GET http://localhost/${step}`).join('\n\n###\n');

/** An audit that is being played, up to a trial well under way. Its app has left a background child outside its group. */
async function audit(
  mark: string,
  folder: string,
): Promise<{ child: ChildProcess; stderr: () => string; ended: Promise<unknown[]> }> {
  const args = ['check', '--session', 'visit.http', '--output', 'out', '--reporter', 'json', '--env', mark];
  const child = spawn(process.execPath, [CLI, ...args, '--', process.execPath, join(APPS, 'odd.mjs'), 'forks'], { cwd: folder });
  let stderr = '';
  const ended = once(child, 'close');
  await new Promise<void>((resolve, reject) => {
    ended.then(() => reject(new Error(`ended too early: ${stderr}`)), reject);
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
      if (stderr.includes('explore')) resolve();
    });
  });
  while ((await processesMarked(mark)).length < 3);
  return { child, stderr: () => stderr, ended };
}

async function noneLeft(mark: string): Promise<number[]> {
  const deadline = Date.now() + 10_000;
  let left = await processesMarked(mark);
  while (left.length > 0 && Date.now() < deadline) {
    await wait(20);
    left = await processesMarked(mark);
  }
  return left;
}

describe('an audit that is ended from outside', () => {
  it('by SIGKILL in the middle of a trial: no process is left', async () => {
    await using folder = await workspace({ 'visit.http': VISIT });
    const mark = `LIFECYCLE_TEST=kill-${process.pid}`;
    const { child, ended } = await audit(mark, folder.path);
    child.kill('SIGKILL');
    await ended;
    expect(await noneLeft(mark)).toEqual([]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('by %s: no process is left, the evidence is kept and can be judged', async (signal) => {
    await using folder = await workspace({ 'visit.http': VISIT });
    const mark = `LIFECYCLE_TEST=${signal}-${process.pid}`;
    const { child, stderr, ended } = await audit(mark, folder.path);
    const stdout = readAll(child);
    child.kill(signal);
    const [exitCode] = await ended;
    expect(exitCode).toBe(2);
    expect(await processesMarked(mark)).toEqual([]);
    expect(stderr()).toMatch(/interrupted: .*evidence is kept in \S+/);
    const report = JSON.parse(await stdout) as Report;
    expect(report).toMatchObject({ interrupted: true, conclusion: 'no-verdict' });
    expect(report.trials).toBeGreaterThan(0);
    const again = await run(['report', 'out', '--reporter', 'json'], { cwd: folder.path });
    expect(JSON.parse(again.stdout)).toEqual(report);
  });
});

/** A response handler that gets out of its time limit and never ends. */
const ENDLESS = `GET http://localhost/\n\n> {%\n  client.assert.constructor('return Promise.resolve().then(() => { for (;;); })')();\n%}\n`;

describe('an audit that is too busy to listen', () => {
  it.each([
    ['one SIGTERM', ['SIGTERM']],
    ['a second Ctrl-C', ['SIGINT', 'SIGINT']],
  ] as const)('is ended by %s, and leaves nothing behind', async (_name, signals) => {
    await using folder = await workspace({ 'visit.http': ENDLESS });
    const mark = `LIFECYCLE_TEST=busy-${signals.length}-${process.pid}`;
    const args = ['check', '--session', 'visit.http', '--output', 'out', '--env', mark];
    const child = spawn(process.execPath, [CLI, ...args, '--', process.execPath, join(APPS, 'odd.mjs'), 'plain'], {
      cwd: folder.path,
    });
    const ended = once(child, 'close');
    // It is busy once the first control has been answered, and never comes to its end.
    while (!(await processesMarked(mark).then((pids) => pids.length > 0))) await wait(20);
    await wait(1_000);
    for (const signal of signals) {
      child.kill(signal);
      await wait(100);
    }
    expect(await ended).toEqual([2, null]);
    expect(await noneLeft(mark)).toEqual([]);
  });
});

async function readAll(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout ?? []) text += chunk;
  return text;
}
