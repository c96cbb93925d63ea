import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readEvidence } from '../../../src/evidence/read.ts';
import type { Report } from '../../../src/model/report.ts';
import { chooseHost } from '../../../src/supervisor/hosts/choose.ts';
import { APPS, run, workspace } from '../../support/cli.ts';

const here = await workspace();
afterAll(() => here[Symbol.asyncDispose]());
const options = { cwd: here.path, volumes: [], shared: [], named: [], guard: () => {}, env: process.env };
const best = await chooseHost(null, options);
await best.host.close();

/** Files of a folder with their contents, as one hash. */
function hashOf(folder: string): string {
  const hash = createHash('sha256');
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1)))
    if (entry.isFile()) hash.update(`${entry.parentPath}/${entry.name}\n`).update(readFileSync(join(entry.parentPath, entry.name)));
  return hash.digest('hex');
}

const VISIT = ['POST', 'GET'].map((method) => `${method} http://localhost/`).join('\n\n###\n');

describe.each([...new Set([best.isolation.host, 'copy'])])('host %s', (host) => {
  it.skipIf(host === 'plain')('leaves the app’s files as they were, and starts every trial from them', async () => {
    await using out = await workspace();
    await using folder = await workspace({ 'records.json': '[{"id":1,"path":"/old"}]', 'visit.http': VISIT });
    const hash = hashOf(folder.path);
    const flags = [
      'check',
      '--host',
      host,
      '--session',
      'visit.http',
      '--output',
      out.path,
      '--reporter',
      'json',
      '--strength',
      '2',
      '--fail-fast',
    ];
    const { stdout } = await run([...flags, '--', process.execPath, join(APPS, 'json-file.mjs')], { cwd: folder.path });
    const report = JSON.parse(stdout) as Report;
    const file = { path: join(folder.path, 'records.json'), writtenBy: { number: 1 } };
    expect(report).toMatchObject({ isolation: { host }, findings: [{ rule: 'local-disk', step: { number: 2 }, files: [file] }] });
    expect(report.sessions).toMatchObject([{ unjudged: [], noise: [] }]);
    expect(report.isolation?.tried).toContain(folder.path);
    expect(hashOf(folder.path)).toBe(hash);
    const [control] = readEvidence(out.path).records.flatMap((record) =>
      record.kind === 'observation' ? [record.observation] : [],
    );
    const content = JSON.stringify([
      { id: 1, path: '/old' },
      { id: 2, path: '/' },
    ]);
    const entry = { step: 0, by: 'web.1', path: file.path, change: 'changed', bytes: content.length, kind: 'other' };
    expect(control?.journal).toEqual({ truncated: false, entries: [entry] });
  });

  it.skipIf(host === 'plain')('leaves the home folder as it was, and finds what is kept there', async () => {
    await using out = await workspace();
    await using home = await workspace({ '.note': 'mine' });
    await using folder = await workspace({ 'note.txt': 'mine too', 'visit.http': VISIT });
    const hashes = () => [hashOf(home.path), hashOf(folder.path)];
    const before = hashes();
    const told = ['--session', 'visit.http', '--output', out.path, '--reporter', 'json', '--strength', '2', '--fail-fast'];
    const app = [process.execPath, join(APPS, 'home.mjs')];
    const env = { HOME: home.path };
    const { stdout } = await run(['check', '--host', host, ...told, '--', ...app], { cwd: folder.path, env });
    expect((JSON.parse(stdout) as Report).findings).toMatchObject([{ rule: 'local-disk', step: { number: 2 } }]);
    expect(hashes()).toEqual(before);
  });
});

describe('host copy', () => {
  it('keeps its copies apart, tells what was written, and links what is only read', async () => {
    await using folder = await workspace({ 'mine.txt': 'mine' });
    const { host, isolation } = await chooseHost('copy', { ...options, cwd: folder.path });
    expect(isolation.tried).toContain(folder.path);
    expect(isolation.open.join()).toContain('outside');
    const disk = await host.createDisk({ hostname: null });
    const launched = disk.launch({
      command: ['sh', '-c', 'echo new > a; echo more >> mine.txt'],
      cwd: folder.path,
      env: {},
      onOutput: () => {},
    });
    await launched.exited;
    expect([...(await disk.snapshot()).files].map(([path, { state }]) => [path, state])).toEqual(
      expect.arrayContaining([
        [join(folder.path, 'a'), 'created'],
        [join(folder.path, 'mine.txt'), 'changed'],
      ]),
    );
    await disk.dispose();
    await host.close();
    expect(readdirSync(folder.path)).toEqual(['mine.txt']);
    expect(readFileSync(join(folder.path, 'mine.txt'), 'utf8')).toBe('mine');
  });
});

describe('a temporary folder within the app’s folder', () => {
  it('holds no copies of that: host copy is refused, and says what to do', async () => {
    await using folder = await workspace({ 'visit.http': VISIT, 'tmp/x': '' });
    const args = ['check', '--host', 'copy', '--session', 'visit.http', '--', process.execPath, join(APPS, 'json-file.mjs')];
    const { stderr, exitCode } = await run(args, { cwd: folder.path, env: { TMPDIR: join(folder.path, 'tmp') } });
    expect(stderr).toMatch(/host copy cannot be had here: the temporary folder .* lies in the app's folder[\s\S]*hint: Set TMPDIR/);
    expect(exitCode).toBe(2);
  });
});

describe('host plain', () => {
  it('keeps nothing apart, and says so', async () => {
    const { isolation } = await chooseHost('plain', options);
    expect(isolation).toMatchObject({ host: 'plain', open: ['every file that the app can write'], tried: [] });
  });
});

describe('a volume', () => {
  it('that is not there is refused', async () => {
    await expect(chooseHost(null, { ...options, volumes: ['/no/such/folder'] })).rejects.toThrow('/no/such/folder');
  });
});
