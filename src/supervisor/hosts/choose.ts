import { readdir, rm, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { UserError } from '../../errors.ts';
import { HOST_NAMES, type HostName, type Isolation, type Refusal } from '../../model/isolation.ts';
import { quote } from '../shell.ts';
import { isWritable } from './access.ts';
import { createCopyHost } from './copy.ts';
import type { Disk, Host, HostOptions } from './host.ts';
import { isWithin } from './mounts.ts';
import { createOverlayHost } from './overlay.ts';
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
  for (const path of volumes)
    if ((await stat(path).catch(() => null)) === null)
      throw new UserError(
        'volume-missing',
        `the volume ${path} is not there`,
        'Name a folder or file that is there before the app starts, as a mounted volume is.',
      );
  const refused: Refusal[] = [];
  for (const name of wanted === null ? HOST_NAMES : [wanted]) {
    try {
      const host = await HOSTS[name](options);
      const { tried, leaking } = name === 'plain' ? { tried: [], leaking: [] } : await proven(host, options);
      return { host, isolation: { host: name, open: [...new Set([...host.open, ...leaking])], tried, volumes, refused } };
    } catch (error) {
      if (!(error instanceof HostRefused)) throw error;
      if (wanted !== null)
        throw new UserError('host-refused', `host ${name} cannot be had here: ${error.message}`, error.mend, { cause: error });
      refused.push({ host: name, reason: error.message, mend: error.mend });
    }
  }
  throw new Error('no host at all');
}

const HOSTS: Readonly<Record<HostName, (options: HostOptions) => Promise<Host>>> = {
  overlay: createOverlayHost,
  copy: createCopyHost,
  plain: async () => plain,
};

/** Tries the canaries; a host that does not stand the trial is closed. */
async function proven(host: Host, options: HostOptions): ReturnType<typeof tryCanaries> {
  try {
    return await tryCanaries(host, options);
  } catch (error) {
    await host.close();
    throw error;
  }
}

/** Writes a file in each place that apps write to, from one disk, and looks whether we or another disk can see it. */
async function tryCanaries(host: Host, { cwd, volumes }: HostOptions): Promise<{ tried: string[]; leaking: string[] }> {
  const tried: string[] = [];
  const leaking: string[] = [];
  const canary = `.share-nothing-canary-${process.pid}`;
  const [one, other] = await Promise.all([host.createDisk({ hostname: null }), host.createDisk({ hostname: null })]);
  try {
    for (const { path, shell } of host.places.length > 0 ? host.places : usualPlaces(cwd)) {
      if (!(await runs(one, { script: `: > ${shell}/${canary}`, cwd }))) {
        if (await isWritable(path))
          throw new HostRefused(
            `what can be written to ${path} on this machine cannot be on its disks`,
            `Let its files belong to your own group: chgrp -R "$(id -g)" ${path}`,
          );
        continue;
      }
      const file = join(path, canary);
      const isSeen =
        (await stat(file).catch(() => null)) !== null || (await runs(other, { script: `[ -e ${shell}/${canary} ]`, cwd }));
      (isSeen ? leaking : tried).push(path);
      await rm(file, { force: true });
    }
    leaking.push(...(await sharedFiles(one, { cwd, volumes })));
  } finally {
    await Promise.all([one.dispose(), other.dispose()]);
  }
  return { tried, leaking };
}

/** So many files of the app's folder are looked at. */
const MAX_LOOKED_AT = 50;

/** Files of the app's folder that could be written to, and that a disk holds themselves. Nothing is written to find out. */
async function sharedFiles(disk: Disk, { cwd, volumes }: Pick<HostOptions, 'cwd' | 'volumes'>): Promise<string[]> {
  const entries = await readdir(cwd, { withFileTypes: true }).catch(() => []);
  const paths = entries.filter((entry) => entry.isFile()).map(({ name }) => join(cwd, name));
  const writable = await Promise.all(paths.map(async (path) => ((await isWritable(path)) ? [path] : [])));
  const own = writable.flat().filter((path) => !volumes.some((volume) => isWithin(path, volume)));
  const looked = own.slice(0, MAX_LOOKED_AT);
  const names = looked.map((path) => quote(`./${basename(path)}`));
  const { said } = await run(disk, {
    script: `for file in ${names.join(' ')}; do stat -c %d:%i "$file" 2> /dev/null || echo; done`,
    cwd,
  });
  const theirs = said.split('\n');
  const ours = await Promise.all(looked.map((path) => stat(path).catch(() => null)));
  return looked.filter((_, at) => ours[at] !== null && theirs[at] === `${ours[at]?.dev}:${ours[at]?.ino}`);
}

function usualPlaces(cwd: string): Host['places'] {
  const paths = [...new Set([cwd, homedir(), tmpdir(), '/tmp', '/var/tmp', '/dev/shm', '/var/lib', '/run'])];
  return paths.map((path) => ({ path, shell: quote(path) }));
}

async function runs(disk: Disk, given: { script: string; cwd: string }): Promise<boolean> {
  return (await run(disk, given)).code === 0;
}

async function run(disk: Disk, { script, cwd }: { script: string; cwd: string }): Promise<{ code: number | null; said: string }> {
  let said = '';
  const onOutput = (chunk: Buffer) => {
    said += chunk;
  };
  const { exited, drained } = disk.launch({ command: ['/bin/sh', '-c', script], cwd, env: {}, onOutput });
  const { code } = await exited;
  await drained;
  return { code, said };
}
