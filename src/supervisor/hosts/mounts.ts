import { readFile } from 'node:fs/promises';

/** A file system as it is mounted on this machine. */
export interface Mount {
  readonly path: string;
  readonly type: string;
  readonly readOnly: boolean;
}

/** File systems that hold no files of anybody's: shown to processes as they are. */
const PSEUDO = new Set([
  'autofs',
  'binfmt_misc',
  'bpf',
  'cgroup',
  'cgroup2',
  'configfs',
  'debugfs',
  'devpts',
  'devtmpfs',
  'efivarfs',
  'fusectl',
  'hugetlbfs',
  'mqueue',
  'nsfs',
  'proc',
  'pstore',
  'rpc_pipefs',
  'securityfs',
  'selinuxfs',
  'sysfs',
  'tracefs',
]);

/** Folders of the system that processes see as they are, with all that is mounted beneath. */
export const SYSTEM_FOLDERS: readonly string[] = ['/dev', '/proc', '/sys'];

/** What is mounted on this machine and holds files, in the order of paths; of several at one path the last. */
export async function fileMounts(): Promise<Mount[]> {
  const mounts = parseMountInfo(await readFile('/proc/self/mountinfo', 'utf8'));
  return mounts.filter(({ path, type }) => !PSEUDO.has(type) && !SYSTEM_FOLDERS.some((folder) => isWithin(path, folder)));
}

/** Reads the format of `/proc/<pid>/mountinfo` (proc(5)). */
function parseMountInfo(text: string): Mount[] {
  const mounts = new Map<string, Mount>();
  for (const line of text.split('\n')) {
    const [left = '', right] = line.split(' - ');
    if (right === undefined) continue;
    const [, , , , point = '', options = ''] = left.split(' ');
    const [type = '', , superOptions = ''] = right.split(' ');
    const path = point.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));
    const readOnly = [options, superOptions].some((list) => list.split(',').includes('ro'));
    mounts.set(path, { path, type, readOnly });
  }
  return [...mounts.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** Whether a path is a folder, or lies in it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}
