import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
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
  while ((await processesMarked(mark)).length < 3) await wait(50);
  return { child, stderr: () => stderr, ended };
}

async function noneLeft(mark: string): Promise<number[]> {
  const deadline = Date.now() + 10_000;
  let left = await processesMarked(mark);
  while (left.length > 0 && Date.now() < deadline) {
    await wait(50);
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

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'by %s: no process is left, the evidence is kept and can be judged',
    async (signal) => {
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
    },
  );
});

/** Ids of processes with this command line. */
async function processesOf(commandLine: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const texts = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return ids.filter((_, index) => texts[index]?.replaceAll('\0', ' ').trim() === commandLine);
}

/** As short as one can be that is played on two processes. */
const BRIEF = 'GET http://localhost/\n\n###\nGET http://localhost/again';

describe('a daemon that the app has started, with nothing of the app left in it', () => {
  const check = (cwd: string, seconds: string, flags: readonly string[]) => {
    const args = ['check', '--session', 'visit.http', '--output', 'out', '--strength', '2', ...flags];
    return spawn(process.execPath, [CLI, ...args, '--', process.execPath, join(APPS, 'odd.mjs'), 'daemon', seconds], { cwd });
  };

  it.each(['copy', 'overlay'])('is ended with its process, on host %s', async (host) => {
    await using folder = await workspace({ 'visit.http': BRIEF });
    const seconds = String(604_800 + (process.pid % 10_000));
    const child = check(folder.path, seconds, ['--host', host, '--reporter', 'json=out/report.json']);
    const ended = once(child, 'close');
    const isOver = ended.then(() => true);
    let seen = 0;
    while (!(await Promise.race([isOver, wait(50, false)]))) seen += (await processesOf(`/bin/sleep ${seconds}`)).length;
    // Host copy does not see all files, and says so.
    expect(await ended).toEqual([host === 'copy' ? 2 : 0, null]);
    expect(await readFile(join(folder.path, 'out/report.json'), 'utf8')).not.toContain('could not be ended');
    expect(seen).toBeGreaterThan(0);
    expect(await processesOf(`/bin/sleep ${seconds}`)).toEqual([]);
  });

  it.each(['plain'])('is ended by the guardian, if the audit is killed, on host %s', async (host) => {
    await using folder = await workspace({ 'visit.http': BRIEF });
    const seconds = String(704_800 + (process.pid % 10_000));
    const child = check(folder.path, seconds, ['--host', host]);
    const ended = once(child, 'close');
    while ((await processesOf(`/bin/sleep ${seconds}`)).length === 0) await wait(50);
    child.kill('SIGKILL');
    await ended;
    const deadline = Date.now() + 10_000;
    while ((await processesOf(`/bin/sleep ${seconds}`)).length > 0 && Date.now() < deadline) await wait(50);
    expect(await processesOf(`/bin/sleep ${seconds}`)).toEqual([]);
  });
});

describe('folders in the temporary folder', () => {
  it('that a killed audit has left there are removed by the next one, others are not', async () => {
    await using folder = await workspace({ 'visit.http': 'GET http://localhost/' });
    const [boot, namespace] = [await readFile('/proc/sys/kernel/random/boot_id', 'utf8'), await readlink('/proc/self/ns/pid')];
    const gone = spawn('true');
    await once(gone, 'exit');
    const machine = `${boot.trim()} ${namespace}`;
    const owners = {
      'share-nothing-boot-dead': { pid: gone.pid, machine },
      'share-nothing-disks-alive': { pid: process.pid, machine },
      'share-nothing-copies-elsewhere': { pid: gone.pid, machine: 'another' },
    };
    for (const [name, owner] of Object.entries(owners)) {
      await mkdir(join(folder.path, name));
      await writeFile(join(folder.path, name, '.owner'), JSON.stringify(owner));
    }
    const args = ['check', '--session', 'visit.http', '--output', 'out', '--host', 'plain', '--', 'node', join(APPS, 'odd.mjs')];
    await run(args, { cwd: folder.path, env: { TMPDIR: folder.path } });
    const left = (await readdir(folder.path)).filter((name) => name.startsWith('share-nothing-')).sort();
    expect(left).toEqual(['share-nothing-copies-elsewhere', 'share-nothing-disks-alive']);
  });
});

/** Response handlers, each of which demands something, that each run until their time is up, one after the other. */
const ENDLESS = `GET http://localhost/\n\n${Array.from({ length: 20 }, (_, number) => `> {% client.assert(true, "${number}"); for (;;); %}\n`).join('')}`;

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
    // It is busy once the first play has been answered, by a process that has stood for three seconds, and never comes to its end.
    while (!(await processesMarked(mark).then((pids) => pids.length > 0))) await wait(50);
    await wait(8_000);
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
