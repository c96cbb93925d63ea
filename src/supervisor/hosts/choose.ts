import { rm, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import type { HostName, Isolation, Refusal } from '../../model/isolation.ts';
import type { Disk, Host } from './host.ts';
import { createOverlayHost, type HostOptions } from './overlay.ts';
import { plain } from './plain.ts';
import { HostRefused } from './refused.ts';

/** A host that was found to work here, and how far it keeps disks apart. */
export interface ChosenHost {
  readonly host: Host;
  readonly isolation: Isolation;
}

/**
 * The host asked for or, if none was (`null`), the one that isolates best of those that this machine allows. Proved at once by
 * canaries: what is written on one disk must be seen neither by us nor on another. Throws a UserError if the host asked for cannot be had.
 */
export async function chooseHost(wanted: HostName | null, options: HostOptions): Promise<ChosenHost> {
  const { volumes } = options;
  const refused: Refusal[] = [];
  if (wanted !== 'plain') {
    try {
      const host = await createOverlayHost(options);
      const { tried, leaking } = await tryCanaries(host, options);
      const open = [...new Set([...host.open, ...leaking])];
      return { host, isolation: { host: 'overlay', open, tried, volumes, refused } };
    } catch (error) {
      if (!(error instanceof HostRefused)) throw error;
      if (wanted === 'overlay')
        throw new UserError('host-refused', `host overlay cannot be had here: ${error.message}`, error.mend, { cause: error });
      refused.push({ host: 'overlay', reason: error.message, mend: error.mend });
    }
  }
  return { host: plain, isolation: { host: 'plain', open: plain.open, tried: [], volumes, refused } };
}

/** Writes a file in each place that apps write to, from one disk, and looks whether we or another disk can see it. */
async function tryCanaries(host: Host, { cwd }: HostOptions): Promise<{ tried: string[]; leaking: string[] }> {
  const places = [...new Set([cwd, homedir(), tmpdir(), '/tmp', '/var/tmp', '/dev/shm', '/var/lib', '/run'])];
  const tried: string[] = [];
  const leaking: string[] = [];
  const [one, other] = await Promise.all([host.createDisk({ hostname: null }), host.createDisk({ hostname: null })]);
  try {
    for (const place of places) {
      const file = join(place, `.share-nothing-canary-${process.pid}`);
      if (!(await runs(one, `: > '${file.replaceAll("'", "'\\''")}'`))) continue;
      const isSeen =
        (await stat(file).catch(() => null)) !== null || (await runs(other, `[ -e '${file.replaceAll("'", "'\\''")}' ]`));
      (isSeen ? leaking : tried).push(place);
      await rm(file, { force: true });
    }
  } finally {
    await Promise.all([one.dispose(), other.dispose()]);
  }
  return { tried, leaking };
}

async function runs(disk: Disk, script: string): Promise<boolean> {
  const { exited, drained } = disk.launch({ command: ['/bin/sh', '-c', script], cwd: '/', env: {}, onOutput: () => {} });
  const { code } = await exited;
  await drained;
  return code === 0;
}
