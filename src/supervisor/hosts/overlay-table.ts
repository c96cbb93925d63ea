import { chmod, chown, copyFile, mkdir, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { quote } from '../shell.ts';
import { isThere, isWritable } from './access.ts';
import { isWithin } from './mounts.ts';
import type { Step } from './overlay-plan.ts';
import { removeFolder } from './remove.ts';

/** Characters that have a meaning in the options of an overlay. */
export const UNSAFE = /[\\,:\n]/;

export interface TableOptions {
  readonly steps: readonly Step[];
  /** Folder of the disk. */
  readonly state: string;
  /** Folder of all disks: no process may see into it. */
  readonly hidden: string;
  /** Whether it is mounted with the rights of an ordinary user, in a user namespace. */
  readonly asUser: boolean;
}

/** A part of the disk and where the rest of it can be put before anything is mounted; `null`: what is in it is there already. */
interface Ground {
  readonly path: string;
  readonly at: string | null;
}

/** What only one mount after the other can do. */
class Unsuited extends Error {}

/**
 * Makes all that a disk is mounted on, and writes one table of mounts for it (fstab(5)): one program in place of one or more for each step, of
 * which an ordinary user has a hundred. The command that mounts all of it, or fails as a whole if any of it fails; `null`: there is something
 * in it that no table can say, and nothing was made.
 */
export async function layTable(options: TableOptions): Promise<string | null> {
  try {
    const rows = await layRows(options);
    // libmount reads a table from no pipe.
    const file = join(options.state, 'mounts');
    await writeFile(file, `${rows.join('\n')}\n`);
    return `mount -n -a -T ${quote(file)}`;
  } catch {
    await clearTable(options);
    return null;
  }
}

/** Removes what a table was to be mounted on. */
export async function clearTable({ steps, state }: Pick<TableOptions, 'steps' | 'state'>): Promise<void> {
  const made = [join(state, 'root'), ...steps.flatMap((_, number) => [upperOf(state, number), workOf(state, number)])];
  for (const path of made) await removeFolder(path);
}

async function layRows({ steps, state, hidden, asUser }: TableOptions): Promise<string[]> {
  const root = join(state, 'root');
  await mkdir(root);
  const grounds: Ground[] = [{ path: '/', at: asUser ? root : null }];
  const placeOf = (path: string): string | null => {
    const { path: ground, at } = grounds.findLast((one) => one.path !== path && isWithin(path, one.path)) ?? {
      path: '/',
      at: null,
    };
    return at === null ? null : join(at, path.slice(ground.length));
  };
  // A disk is entered by its root, which must be a mount.
  const rows = asUser ? [row(root, root, 'none', 'bind')] : [];
  for (const [number, step] of steps.entries()) {
    if (UNSAFE.test(step.path + state)) throw new Unsuited();
    const found = step.kind === 'link' ? null : await stat(step.path).catch(() => null);
    // It was there when the steps were planned.
    if (found === null && step.kind !== 'link') continue;
    const place = placeOf(step.path);
    const target = join(root, step.path);
    const own = upperOf(state, number);
    switch (step.kind) {
      case 'overlay': {
        if (place !== null) await mkdir(place, { recursive: true });
        await mkdir(own);
        await mkdir(workOf(state, number));
        if (!asUser && found !== null) {
          await chown(own, found.uid, found.gid);
          await chmod(own, found.mode & 0o7777);
        } else if (!(await isWritable(step.path))) await chmod(own, 0o555);
        const layers = `lowerdir=${field(step.path)},upperdir=${field(own)},workdir=${field(workOf(state, number))}`;
        rows.push(row('overlay', target, 'overlay', `${layers},${asUser ? 'userxattr' : 'redirect_dir=on'}`));
        grounds.push({ path: step.path, at: null });
        break;
      }
      case 'empty':
      case 'own': {
        if (place !== null) await mkdir(place, { recursive: true });
        await mkdir(own);
        if (step.kind === 'own') for (const file of step.files) await copy(file, join(own, file.slice(dirname(file).length)));
        await chmod(own, step.kind === 'empty' ? 0o1777 : (found?.mode ?? 0o755) & 0o7777);
        rows.push(row(own, target, 'none', 'bind'));
        grounds.push({ path: step.path, at: own });
        break;
      }
      case 'bind': {
        if (step.open === true) throw new Unsuited();
        if (place !== null && found?.isDirectory() === true) await mkdir(place, { recursive: true });
        else if (place !== null) await fileAt(place);
        rows.push(row(step.path, target, 'none', step.deep && found?.isDirectory() === true ? 'rbind' : 'bind'));
        grounds.push({ path: step.path, at: null });
        break;
      }
      case 'copy': {
        if (asUser) await copy(step.path, given(place));
        else {
          await copy(step.path, own);
          rows.push(row(own, target, 'none', 'bind'));
        }
        break;
      }
      case 'folder':
        await mkdir(given(place), { recursive: true });
        break;
      default:
        await mkdir(dirname(given(place)), { recursive: true });
        await symlink(step.target, given(place));
    }
  }
  if (await isThere('/etc/hosts')) rows.push(row(`${state}/hosts`, `${root}/etc/hosts`, 'none', 'bind'));
  // An ordinary user's steps leave it out.
  if (!asUser) rows.push(row('hidden', root + hidden, 'tmpfs', 'mode=000,size=4k'));
  return rows;
}

function given(place: string | null): string {
  if (place === null) throw new Unsuited();
  return place;
}

async function copy(from: string, to: string): Promise<void> {
  const { mode, atime, mtime } = await stat(from);
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
  await chmod(to, mode & 0o7777);
  await utimes(to, atime, mtime);
}

/** An empty file that another is mounted on. */
async function fileAt(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, '', { flag: 'a' });
}

function upperOf(state: string, number: number): string {
  return join(state, `upper-${number}`);
}

function workOf(state: string, number: number): string {
  return join(state, `work-${number}`);
}

function row(from: string, target: string, type: string, options: string): string {
  return `${field(from)} ${field(target)} ${type} ${options} 0 0`;
}

/** As fstab(5) wants blanks. */
function field(text: string): string {
  return text.replaceAll(' ', '\\040').replaceAll('\t', '\\011');
}
