import { quote } from '../shell.ts';
import type { Step } from './overlay-plan.ts';
import { UNSAFE } from './overlay-table.ts';

export interface ScriptOptions {
  readonly steps: readonly Step[];
  /** Folder of the disk, with `hosts`, its `/etc/hosts`; what is written is kept in `upper-<n>` in it, n being the number of the step. */
  readonly state: string;
  /** Folder of all disks: no process may see into it. */
  readonly hidden: string;
  readonly hostname: string;
  /** Folder that nothing can be written to; `null`: none. What is mounted within it stays as it is. */
  readonly frozen: string | null;
  /** Whether it is run with the rights of an ordinary user, in a user namespace. */
  readonly asUser: boolean;
  /** A command that mounts all of it at once, in folders that have been made; `null`: one mount is made after the other. */
  readonly atOnce: string | null;
}

/**
 * The shell script that makes a disk in new mount and UTS namespaces, of which nothing is seen outside (unshare(1) makes them private), and then holds it, until its standard input ends. It says
 * `open <path>` for everything that it could not keep apart, and `ready` when processes may enter.
 */
export function overlayScript({ steps, state, hidden, hostname, frozen, asUser, atOnce }: ScriptOptions): string {
  const root = `${state}/root`;
  const options = asUser ? 'userxattr' : 'redirect_dir=on';
  const lines = steps.map((step, number): string => {
    const from = quote(step.path);
    const target = quote(`${root}${step.path}`);
    const own = quote(`${state}/upper-${number}`);
    const folder = asUser ? `mkdir -p ${target} && ` : '';
    const above = asUser ? `mkdir -p ${quote(`${root}${parent(step.path)}`)} && ` : '';
    switch (step.kind) {
      case 'overlay': {
        const layers = `lowerdir=${step.path},upperdir=${state}/upper-${number},workdir=${state}/work-${number}`;
        const rights = asUser
          ? `{ [ -w ${from} ] || chmod a-w ${own}; }`
          : `chown --reference=${from} ${own} && chmod --reference=${from} ${own}`;
        const prepare = `${folder}mkdir ${own} ${quote(`${state}/work-${number}`)} && ${rights}`;
        const mount = `mount -n -t overlay overlay -o ${quote(`${layers},${options}`)} ${target}`;
        const otherwise =
          step.path === '/'
            ? 'exit 1'
            : `{ ${folder}mount -n --rbind ${from} ${target} && echo ${quote(`open ${step.path}`)}; } || :`;
        return UNSAFE.test(step.path + state) ? otherwise : `{ ${prepare} && ${mount}; } || ${otherwise}`;
      }
      case 'empty':
        return `${folder}mkdir ${own} && chmod 1777 ${own} && mount -n --bind ${own} ${target}`;
      case 'own': {
        const copies = step.files.map((file) => `cp -p ${quote(file)} ${own}/ || echo ${quote(`open ${file}`)}`);
        return [`${folder}mkdir ${own}`, ...copies, `chmod --reference=${from} ${own}`, `mount -n --bind ${own} ${target}`].join(
          '\n',
        );
      }
      case 'bind':
        return `${step.open === true ? `echo ${quote(`open ${step.path}`)}; ` : ''}if [ -d ${from} ]; then ${folder}mount -n --${step.deep ? 'r' : ''}bind ${from} ${target}; else ${above}${asUser ? `: >> ${target} && ` : ''}mount -n --bind ${from} ${target}; fi || :`;
      case 'copy':
        return asUser
          ? `{ ${above}cp -p ${from} ${target}; } || :`
          : `{ cp -p ${from} ${own} && mount -n --bind ${own} ${target}; } || :`;
      case 'folder':
        return `mkdir -p ${target}`;
      default:
        return `ln -s ${quote(step.target)} ${target} || :`;
    }
  });
  const oneByOne = [
    `mkdir ${quote(root)}`,
    ...(asUser ? [`mount -n -t tmpfs -o mode=755 root ${quote(root)}`] : []),
    ...lines,
    `if [ -f ${quote(`${root}/etc/hosts`)} ]; then mount -n --bind ${quote(`${state}/hosts`)} ${quote(`${root}/etc/hosts`)}; fi`,
    `if [ -d ${quote(`${root}${hidden}`)} ]; then mount -n -t tmpfs -o mode=000,size=4k hidden ${quote(`${root}${hidden}`)}; fi`,
  ];
  return [
    'set -e',
    'umask 022',
    ...(atOnce === null ? oneByOne : [atOnce]),
    ...(frozen === null
      ? []
      : [
          `mount -n --rbind ${quote(root + frozen)} ${quote(root + frozen)}`,
          `mount -n -o remount,bind,ro ${quote(root + frozen)}`,
        ]),
    `echo ${quote(hostname)} 2> /dev/null > /proc/sys/kernel/hostname || hostname ${quote(hostname)}`,
    `cd ${quote(root)}`,
    'pivot_root . .',
    'umount -l .',
    'cd /',
    'echo ready',
    'while read -r _; do :; done',
  ].join('\n');
}

function parent(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
