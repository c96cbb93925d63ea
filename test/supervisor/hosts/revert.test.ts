import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { chooseHost } from '../../../src/supervisor/hosts/choose.ts';
import type { Disk } from '../../../src/supervisor/hosts/host.ts';
import { workspace } from '../../support/cli.ts';

const options = { volumes: [], shared: [], named: [], guard: () => {}, env: process.env };
const best = await chooseHost(null, { ...options, cwd: process.cwd() });
await best.host.close();

async function sh(disk: Disk, script: string, cwd: string): Promise<string> {
  let said = '';
  const onOutput = (chunk: Buffer) => {
    said += chunk;
  };
  const launched = disk.launch({ command: ['sh', '-c', script], cwd, env: {}, onOutput });
  await launched.drained;
  return said.trim();
}

describe.each([...new Set([best.isolation.host, 'copy' as const])])('a disk of host %s', (name) => {
  it.skipIf(name === 'plain')('is put back to what it held at a checkpoint, but for what is to stay', async () => {
    await using folder = await workspace({ 'mine.txt': 'mine', 'old.txt': 'old', 'with space\n.txt': 'odd' });
    const { host } = await chooseHost(name, { ...options, cwd: folder.path });
    const disk = await host.createDisk({ hostname: null });
    const all = `for f in *.txt; do printf '%s=%s ' "$f" "$(cat "$f")"; done`;
    await sh(disk, `printf boot > boot.txt; printf more >> mine.txt; mkdir d`, folder.path);
    const before = await sh(disk, all, folder.path);
    const checkpoint = await disk.checkpoint();
    const changes = [
      'mkdir made lock; printf a > made/a; printf b > made/stay.log',
      ...['printf new > new.txt', 'printf new > "d/a b"', 'printf other > boot.txt', 'printf x > mine.txt'],
      ...['printf y >> old.txt', 'printf z > "$(ls with*)"', 'rm boot.txt', 'printf kept > stay.log'],
    ];
    await sh(disk, changes.join('; '), folder.path);
    expect(await sh(disk, all, folder.path)).not.toBe(before);
    await disk.revert(checkpoint, { unless: (path) => path.endsWith('.log') });
    expect(await sh(disk, all, folder.path)).toBe(before);
    expect(await sh(disk, 'cat stay.log; ls d; ls -d made lock 2>/dev/null; ls made', folder.path)).toBe('keptmade\nstay.log');
    await disk.dispose();
    await host.close();
    expect(readFileSync(`${folder.path}/mine.txt`, 'utf8')).toBe('mine');
  });
});

it.skipIf(best.isolation.host !== 'overlay')(
  'a disk of host overlay is of a machine with the name that was asked for',
  async () => {
    const { host } = await chooseHost('overlay', { ...options, cwd: process.cwd() });
    const disks = await Promise.all([host.createDisk({ hostname: null }), host.createDisk({ hostname: 'elsewhere' })]);
    expect(await Promise.all(disks.map((disk) => sh(disk, 'hostname', '/')))).toEqual([hostname(), 'elsewhere']);
    await Promise.all(disks.map((disk) => disk.dispose()));
    await host.close();
  },
);
