import { execa } from 'execa';

/** How long git is given, in milliseconds: it may have to look at many files. */
const GIT_MS = 5_000;

/** The commit that a folder is at, `-dirty` if files differ from it; `null`: it is in no repository, or git cannot tell. */
export async function commitOf(folder: string): Promise<string | null> {
  const { stdout, exitCode } = await execa('git', ['describe', '--always', '--dirty', '--exclude=*', '--abbrev=12'], {
    cwd: folder,
    reject: false,
    timeout: GIT_MS,
    stderr: 'ignore',
    env: { GIT_OPTIONAL_LOCKS: '0' },
  });
  return exitCode === 0 && /^[0-9a-f]+(-dirty)?$/.test(stdout) ? stdout : null;
}
