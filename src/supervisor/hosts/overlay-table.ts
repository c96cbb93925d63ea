import { quote } from '../shell.ts';
import type { Step } from './overlay-plan.ts';

/** Characters that have a meaning in the options of an overlay. */
export const UNSAFE = /[\\,:\n]/;

export interface TableOptions {
  readonly steps: readonly Step[];
  /** Folder of the disk. */
  readonly state: string;
  /** Folder of all disks: no process may see into it. */
  readonly hidden: string;
}

/**
 * Shell commands that make all of a disk with the rights of root by one table of mounts (fstab(5)), which takes a third of the programs that
 * one mount after the other takes. They fail as a whole if any of it fails. `null`: there is something in it that no table can say.
 */
export function tableOfMounts({ steps, state, hidden }: TableOptions): string | null {
  const root = `${state}/root`;
  const folders = [root];
  const rights: string[] = [];
  const rows: string[] = [];
  for (const [number, step] of steps.entries()) {
    const own = `${state}/upper-${number}`;
    const target = `${root}${step.path === '/' ? '' : step.path}`;
    if (UNSAFE.test(step.path + state)) return null;
    if (step.kind === 'overlay') {
      const work = `${state}/work-${number}`;
      folders.push(own, work);
      rights.push(`chown --reference=${quote(step.path)} ${quote(own)}`, `chmod --reference=${quote(step.path)} ${quote(own)}`);
      rows.push(
        row(
          'overlay',
          target,
          'overlay',
          `lowerdir=${field(step.path)},upperdir=${field(own)},workdir=${field(work)},redirect_dir=on`,
        ),
      );
    } else if (step.kind === 'bind' && step.open !== true) rows.push(row(step.path, target, 'none', step.deep ? 'rbind' : 'bind'));
    else if (step.kind === 'empty') {
      folders.push(own);
      rights.push(`chmod 1777 ${quote(own)}`);
      rows.push(row(own, target, 'none', 'bind'));
    } else return null;
  }
  rows.push(row(`${state}/hosts`, `${root}/etc/hosts`, 'none', 'bind'), row('hidden', root + hidden, 'tmpfs', 'mode=000,size=4k'));
  return [
    `mkdir ${folders.map(quote).join(' ')} && ${rights.join(' && ')} && mount -n -a -T /dev/stdin << 'MOUNTS'`,
    ...rows,
    'MOUNTS',
  ].join('\n');
}

function row(from: string, target: string, type: string, options: string): string {
  return `${field(from)} ${field(target)} ${type} ${options} 0 0`;
}

/** As fstab(5) wants blanks. */
function field(text: string): string {
  return text.replaceAll(' ', '\\040').replaceAll('\t', '\\011');
}
