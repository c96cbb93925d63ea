import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { FOLDER_MARK, RUN_MARK } from './marks.ts';
import { claim } from './owner.ts';

/** Outlives us for as long as it takes to end whatever we left running, however we died. */
export interface Guardian {
  /** Takes a process group into care. */
  guard(group: number): void;
  /** Takes a folder into care: it is removed at the end. Its path must not hold a line break. */
  keep(folder: string): void;
  /** The group has ended, and its number may be given to others. */
  release(group: number): void;
  /** Ends the guardian; it ends whatever is still in its care. */
  close(): Promise<void>;
}

/**
 * Keeps a list of groups as told on standard input. When that closes, which the system does for the dead, it kills the groups
 * on the list, then whatever carries the mark of the run or its brand, and removes the folders of the run, after ending what still
 * makes a disk in them: again and again for a while, as a process just started does not carry its mark yet.
 */
const SCRIPT = `
mark=$1
brand=$2
shift 2
finish() {
  for file; do
    pid=\${file#/proc/}
    kill -KILL "\${pid%/*}"
  done
}
groups=' '
while read -r verb group; do
  case $verb in
    guard) groups="$groups$group " ;;
    keep) set -- "$@" "$group" ;;
    release) groups="\${groups%% $group *} \${groups#* $group }" ;;
  esac
done
for group in $groups; do kill -KILL "-$group"; done
for round in 1 2 3; do
  finish $(grep -lszx -e "$mark" /proc/[0-9]*/environ) $(grep -lsE -e "^Max (msgqueue size|file locks) .* $brand  *(bytes|locks)" /proc/[0-9]*/limits)
done
for folder; do
  for round in 1 2 3 4 5 6 7 8; do
    finish $(grep -lszxF -e "${FOLDER_MARK}=$folder" /proc/[0-9]*/environ)
    rm -rf "$folder" && [ ! -e "$folder" ] && break
    chmod -R u+rwx "$folder"
    rm -rf "$folder" && break
    sleep 1
  done
done
`;

/** Starts the guardian of a run, in a session of its own so that no Ctrl-C reaches it. `brand`: see `Brand.hard`. */
export function startGuardian(runId: string, brand: number | null = null): Guardian {
  const child: ChildProcessByStdio<Writable, null, null> = spawn(
    '/bin/sh',
    ['-c', SCRIPT, 'sh', `${RUN_MARK}=${runId}`, String(brand)],
    {
      detached: true,
      cwd: '/',
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  );
  child.unref();
  // Without a guardian (it was killed, or there is no shell) the audit goes on: only a death of ours is not provided for.
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  const tell = (line: string) => child.stdin.write(`${line}\n`);
  return {
    guard: (group) => tell(`guard ${group}`),
    keep: (folder) => {
      claim(folder);
      tell(`keep ${folder}`);
    },
    release: (group) => tell(`release ${group}`),
    close: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.pid === undefined) return resolve();
        child.ref();
        child.once('exit', () => resolve());
        child.stdin.end();
      }),
  };
}
