import { chmod, chown, mkdir, stat, writeFile } from 'node:fs/promises';
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

/** How all of a disk is made with the rights of root. */
export interface MountTable {
  /** What must be there first, with the owner and rights of another folder, or these rights. */
  readonly folders: readonly { readonly path: string; readonly like?: string; readonly mode?: number }[];
  /** Where it is written to: libmount reads a table from no pipe. */
  readonly file: string;
  readonly text: string;
  /** Mounts all of it, or fails as a whole if any of it fails. */
  readonly command: string;
}

/**
 * One table of mounts for a disk (fstab(5)), which takes a third of the programs that one mount after the other takes. `null`: there is
 * something in it that no table can say.
 */
export function tableOfMounts({ steps, state, hidden }: TableOptions): MountTable | null {
  const root = `${state}/root`;
  const folders: { path: string; like?: string; mode?: number }[] = [{ path: root }];
  const rows: string[] = [];
  for (const [number, step] of steps.entries()) {
    const own = `${state}/upper-${number}`;
    const target = `${root}${step.path === '/' ? '' : step.path}`;
    if (UNSAFE.test(step.path + state)) return null;
    if (step.kind === 'overlay') {
      const work = `${state}/work-${number}`;
      folders.push({ path: own, like: step.path }, { path: work });
      const layers = `lowerdir=${field(step.path)},upperdir=${field(own)},workdir=${field(work)}`;
      rows.push(row('overlay', target, 'overlay', `${layers},redirect_dir=on`));
    } else if (step.kind === 'bind' && step.open !== true) rows.push(row(step.path, target, 'none', step.deep ? 'rbind' : 'bind'));
    else if (step.kind === 'empty') {
      folders.push({ path: own, mode: 0o1777 });
      rows.push(row(own, target, 'none', 'bind'));
    } else return null;
  }
  rows.push(row(`${state}/hosts`, `${root}/etc/hosts`, 'none', 'bind'), row('hidden', root + hidden, 'tmpfs', 'mode=000,size=4k'));
  const file = `${state}/mounts`;
  return { folders, file, text: `${rows.join('\n')}\n`, command: `mount -n -a -T ${quote(file)}` };
}

/** Writes a table, and makes the folders that it needs. */
export async function writeTable({ folders, file, text }: MountTable): Promise<void> {
  await writeFile(file, text);
  for (const { path, like, mode } of folders) {
    await mkdir(path);
    const model = like === undefined ? null : await stat(like);
    if (model !== null) await chown(path, model.uid, model.gid);
    const rights = mode ?? model?.mode;
    if (rights !== undefined) await chmod(path, rights & 0o7777);
  }
}

function row(from: string, target: string, type: string, options: string): string {
  return `${field(from)} ${field(target)} ${type} ${options} 0 0`;
}

/** As fstab(5) wants blanks. */
function field(text: string): string {
  return text.replaceAll(' ', '\\040').replaceAll('\t', '\\011');
}
