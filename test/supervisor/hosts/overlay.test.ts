import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../../src/model/report.ts';
import { type ChosenHost, chooseHost } from '../../../src/supervisor/hosts/choose.ts';
import type { Disk } from '../../../src/supervisor/hosts/host.ts';
import { APPS, BRIEF, CLI, workspace } from '../../support/cli.ts';

const options = (cwd: string, part: { volumes?: string[]; guard?: (folder: string) => void } = {}) => ({
  cwd,
  volumes: [],
  shared: [],
  named: [],
  guard: () => {},
  env: process.env,
  ...part,
});
const here = await workspace();
const chosen = await chooseHost(null, options(here.path));
const isOverlay = chosen.host.name === 'overlay';
await chosen.host.close();
const refusal = chosen.isolation.refused[0]?.reason ?? '';

async function sh(disk: Disk, script: string, cwd = '/'): Promise<{ code: number | null; said: string }> {
  let said = '';
  const launched = disk.launch({
    command: ['sh', '-c', script],
    cwd,
    env: {},
    onOutput: (chunk) => {
      said += chunk;
    },
  });
  const { code } = await launched.exited;
  await launched.drained;
  return { code, said };
}

const mounts = () => readFileSync('/proc/self/mountinfo', 'utf8');
const disksLeft = () => readdirSync(tmpdir()).filter((name) => name.startsWith('share-nothing-disks-'));

/** Process id of the audit that made a folder of disks; `null`: it says nothing of that. */
function ownerOf(name: string): number | null {
  try {
    return (JSON.parse(readFileSync(join(tmpdir(), name, '.owner'), 'utf8')) as { pid: number }).pid;
  } catch {
    return existsSync(join(tmpdir(), name)) ? null : -1;
  }
}

describe.skipIf(!isOverlay)(`host overlay${isOverlay ? '' : ` (not to be had here: ${refusal})`}`, () => {
  let made: ChosenHost;
  let state = '';
  const before = mounts();
  beforeAll(async () => {
    const guard = (folder: string) => {
      state = folder;
    };
    made = await chooseHost('overlay', options(here.path, { guard }));
  });
  afterAll(async () => {
    await made.host.close();
    expect(mounts()).toBe(before);
    await here[Symbol.asyncDispose]();
  });

  it.skipIf(process.getuid?.() !== 0)('mounts all of a disk by one program, as root', async () => {
    const { path, ...folder } = await workspace({
      mount: '#!/bin/sh\necho "$@" >> "$(dirname "$0")/calls"\nexec /bin/mount "$@"\n',
    });
    chmodSync(join(path, 'mount'), 0o755);
    const usual = process.env.PATH;
    process.env.PATH = `${path}:${usual}`;
    try {
      const disk = await made.host.createDisk({ hostname: 'by-table' });
      expect(await sh(disk, 'hostname')).toEqual({ code: 0, said: 'by-table\n' });
      await disk.dispose();
      expect(readFileSync(join(path, 'calls'), 'utf8')).toMatch(/^(-n )?-a -T \S+\n?$/);
    } finally {
      process.env.PATH = usual;
      await folder[Symbol.asyncDispose]();
    }
  });

  it('keeps apart what is written in the app’s folder, the home folder and the temporary folders', async () => {
    expect(made.isolation).toMatchObject({ host: 'overlay', open: [], refused: [] });
    expect(made.isolation.tried).toEqual(expect.arrayContaining([here.path, homedir(), '/tmp', '/var/tmp', '/dev/shm']));
  });

  it('shows processes that share a disk the same files, others the machine’s own, and tells what was written', async () => {
    writeFileSync(join(here.path, 'mine.txt'), 'mine');
    const [one, other] = await Promise.all([
      made.host.createDisk({ hostname: null }),
      made.host.createDisk({ hostname: 'elsewhere' }),
    ]);
    const written = join(here.path, 'new\nname with spaces');
    await sh(one, `printf new > '${written}'; printf theirs > mine.txt`, here.path);
    expect((await sh(one, `cat '${written}' mine.txt`, here.path)).said).toBe('newtheirs');
    expect((await sh(other, 'cat mine.txt; ls; hostname', here.path)).said).toBe('minemine.txt\nelsewhere\n');
    await sh(other, 'rm mine.txt', here.path);
    expect([...(await one.snapshot()).files].map(([path, { state }]) => [path, state])).toEqual(
      expect.arrayContaining([
        [written, 'created'],
        [join(here.path, 'mine.txt'), 'changed'],
      ]),
    );
    expect((await other.snapshot()).files.get(join(here.path, 'mine.txt'))?.state).toBe('deleted');
    await Promise.all([one.dispose(), other.dispose()]);
    expect(readdirSync(here.path)).toEqual(['mine.txt']);
    expect(readFileSync(join(here.path, 'mine.txt'), 'utf8')).toBe('mine');
  });

  it('keeps shared memory of System V with the disk', async () => {
    const [one, other] = await Promise.all([made.host.createDisk({ hostname: null }), made.host.createDisk({ hostname: null })]);
    expect((await sh(one, 'ipcmk -M 12345')).code).toBe(0);
    expect((await sh(one, 'ipcs -m')).said).toContain('12345');
    expect((await sh(other, 'ipcs -m')).said).not.toContain('12345');
    await Promise.all([one.dispose(), other.dispose()]);
  });

  it('shares a declared volume, and keeps it', async () => {
    const volume = join(here.path, 'volume');
    mkdirSync(volume);
    const { host } = await chooseHost('overlay', options(here.path, { volumes: [volume] }));
    const disk = await host.createDisk({ hostname: null });
    await sh(disk, 'printf kept > volume/file; printf lost > file', here.path);
    expect([...(await disk.snapshot()).files.keys()]).toEqual([join(here.path, 'file')]);
    await disk.dispose();
    await host.close();
    expect([existsSync(join(volume, 'file')), existsSync(join(here.path, 'file'))]).toEqual([true, false]);
    rmSync(volume, { recursive: true });
  });

  it('freezes the app’s folder where that is asked for, but no volume in it', async () => {
    const volume = join(here.path, 'volume');
    mkdirSync(volume);
    const { host } = await chooseHost('overlay', options(here.path, { volumes: [volume] }));
    const disk = await host.createDisk({ hostname: null, frozen: true });
    const tried = await sh(
      disk,
      'touch volume/file /tmp/frozen-test && echo may; touch file 2> /dev/null || echo may not',
      here.path,
    );
    expect(tried.said).toBe('may\nmay not\n');
    await disk.dispose();
    await host.close();
    rmSync(volume, { recursive: true });
  });

  it('gives signals to the program itself, and hides what other disks hold', async () => {
    const disk = await made.host.createDisk({ hostname: null });
    let said = '';
    const launched = disk.launch({
      command: ['sh', '-c', `trap 'echo asked; exit 7' TERM; echo up; while :; do sleep 0.05; done`],
      cwd: '/',
      env: {},
      onOutput: (chunk) => {
        said += chunk;
      },
    });
    while (!said.includes('up')) await new Promise((resolve) => setTimeout(resolve, 5));
    process.kill(launched.pid ?? 0, 'SIGTERM');
    expect((await launched.exited).code).toBe(7);
    await launched.drained;
    expect(said).toContain('asked');
    expect((await sh(disk, `ls -A ${state}`)).said).not.toContain('disk-');
    await disk.dispose();
  });

  it('leaves no mount, no process and no folder behind when the harness is killed', async () => {
    await using folder = await workspace({ 'visit.http': 'GET http://localhost/\n\n###\nPOST http://localhost/\n' });
    const own = disksLeft();
    const args = [CLI, 'check', '--session', 'visit.http', '--', process.execPath, join(APPS, 'json-file.mjs')];
    const killed = new Set<number | undefined>();
    const killAfter = async (timeout: number) => {
      const harness = execa(process.execPath, args, { cwd: folder.path, reject: false, timeout, killSignal: 'SIGKILL' });
      killed.add(harness.pid);
      await harness;
    };
    // Other audits that run meanwhile have disks as well.
    const left = () => disksLeft().filter((name) => !own.includes(name) && [...killed, null].includes(ownerOf(name)));
    for (let round = 1; round <= 10; round += 2) await Promise.all([130, 260, 390].map((ms) => killAfter(ms * round)));
    const until = Date.now() + 15_000;
    while (left().length > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(left()).toEqual([]);
    expect(mounts()).toBe(before);
  });
});

const NOBODY = 65_534;
const asNobody = (command: string, args: readonly string[], cwd: string) =>
  execa(command, args, { uid: NOBODY, gid: NOBODY, cwd, reject: false, env: { HOME: cwd, NO_COLOR: '1' } });
const canBeNobody = process.getuid?.() === 0 && (await asNobody('test', ['-r', CLI], '/')).exitCode === 0;

describe.skipIf(!isOverlay || !canBeNobody)('host overlay, with the rights of an ordinary user', () => {
  it('audits an app and leaves its files as they were', async () => {
    await using folder = await workspace({
      'records.json': '[]',
      'visit.http': 'POST http://localhost/\n\n###\nGET http://localhost/\n',
    });
    for (const name of ['', 'records.json', 'visit.http']) chownSync(join(folder.path, name), NOBODY, NOBODY);
    const flags = [...BRIEF, '--fail-fast', '--'];
    const { stdout, stderr } = await asNobody(
      process.execPath,
      [CLI, ...flags, process.execPath, join(APPS, 'json-file.mjs')],
      folder.path,
    );
    expect(stderr).not.toContain('error');
    const report = JSON.parse(stdout) as Report;
    expect(report).toMatchObject({ findings: [{ rule: 'local-disk' }], sessions: [{ unjudged: [] }] });
    if (report.isolation?.host === 'overlay') expect(readFileSync(join(folder.path, 'records.json'), 'utf8')).toBe('[]');
    else expect(report.isolation?.refused[0]?.mend).not.toBe('');
  });
});
