import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { HostRefused } from './refused.ts';

/** What mends a disk that could not be made. */
export const OTHER_ROOM = 'Run with another TMPDIR, on ext4, xfs or tmpfs: TMPDIR=/dev/shm share-nothing …';

/** Waits until the holder has made its disk; gives the paths that it could not keep apart. Throws a HostRefused if it failed. */
export async function whenMade(holder: ChildProcessWithoutNullStreams): Promise<string[]> {
  let said = '';
  let complained = '';
  holder.stdin.on('error', () => {});
  holder.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  holder.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    complained += chunk;
  });
  await new Promise<void>((resolve, reject) => {
    holder.stdout.on('data', () => {
      if (said.endsWith('ready\n')) resolve();
    });
    holder.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new HostRefused(
          `${cause.path ?? 'unshare'} cannot be run (${cause.code})`,
          'Install util-linux: apt-get install util-linux.',
          { cause },
        ),
      ),
    );
    holder.once('close', () => reject(explain(complained.trim())));
  });
  return said.split('\n').flatMap((line) => /^open (.+)$/.exec(line)?.[1] ?? []);
}

/** What to do about the system's words for not being allowed to. */
function explain(complaint: string): HostRefused {
  const reason = complaint.split('\n').at(-1) ?? '';
  if (/unshare: .*(Operation not permitted|No space left|Permission denied)|uid_map|must be superuser/.test(complaint))
    return new HostRefused(
      `new namespaces are not allowed: ${reason}`,
      process.getuid?.() === 0
        ? 'In a container: docker run --cap-add SYS_ADMIN --security-opt apparmor=unconfined (and seccomp=unconfined for an ordinary user).'
        : 'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000',
    );
  if (/unknown filesystem type 'overlay'|No such device/.test(complaint))
    return new HostRefused(`the kernel knows no overlays: ${reason}`, 'sudo modprobe overlay');
  return new HostRefused(reason === '' ? 'the disk could not be made' : reason, OTHER_ROOM);
}
