import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { FOLDER_MARK } from '../marks.ts';
import type { Means } from './overlay-means.ts';
import type { Step } from './overlay-plan.ts';
import { overlayScript } from './overlay-script.ts';
import { clearTable, layTable } from './overlay-table.ts';
import { HostRefused } from './refused.ts';

/** What mends a disk that could not be made. */
const OTHER_ROOM = 'Run with another TMPDIR, on ext4, xfs or tmpfs: TMPDIR=/dev/shm share-nothing …';

export interface Held {
  readonly holder: ChildProcessWithoutNullStreams;
  readonly pid: number;
  /** What could not be kept apart. */
  readonly open: string[];
}

export interface HoldOptions {
  readonly hidden: string;
  readonly means: Means;
  readonly steps: readonly Step[];
  readonly state: string;
  readonly name: string;
  readonly frozen: string | null;
}

/** A process that holds a disk: mounted by one table or, where that fails, one mount after the other. */
export async function hold({ hidden, means, steps, state, name, frozen }: HoldOptions): Promise<Held> {
  const start = async (atOnce: string | null): Promise<Held> => {
    const script = overlayScript({ steps, state, hidden, hostname: name, frozen, asUser: means.asUser, atOnce });
    const [program = '', ...args] = means.make;
    const holder = spawn(program, [...args, 'sh', '-c', script], {
      cwd: '/',
      detached: true,
      env: { ...process.env, [FOLDER_MARK]: hidden },
    });
    const open = await whenMade(holder);
    const { pid } = holder;
    if (pid === undefined) throw new Error('a holder without a process id');
    return { holder, pid, open };
  };
  const table = await layTable({ steps, state, asUser: means.asUser, hidden });
  if (table === null) return start(null);
  return start(table).catch(async (error: unknown) => {
    if (!(error instanceof HostRefused)) throw error;
    // Its namespaces have ended with it, and with these its mounts.
    await clearTable({ steps, state });
    return start(null);
  });
}

/** Waits until the holder has made its disk; gives the paths that it could not keep apart. Throws a HostRefused if it failed. */
async function whenMade(holder: ChildProcessWithoutNullStreams): Promise<string[]> {
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
