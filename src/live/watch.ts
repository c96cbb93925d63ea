import { basename } from 'node:path';
import { watch } from 'chokidar';
import { messageOf } from '../errors.ts';

export interface WatchOptions {
  /** Absolute paths of files and folders. */
  readonly paths: readonly string[];
  /** Absolute paths of what is not looked at. */
  readonly except: readonly string[];
  /** What is done about a change; further ones wait until it is done. */
  readonly changed: (path: string) => Promise<void>;
  /** Files cannot be watched, or nothing could be done about a change. */
  readonly failed: (why: string) => void;
}

/** Folders of dependencies, and what tools write for themselves. */
const NEVER =
  /^(?:node_modules|\.git|\.hg|\.svn|\.venv|venv|__pycache__|\.pytest_cache|coverage|\.idea|\.vscode)$|~$|\.sw[px]$|^4913$/;
/** An editor saves several files at once, and one in several steps. */
const SETTLE_MS = 150;

/** Watches files until disposed of; what changes within a moment is told once, by the first path. Resolves when it watches. */
export async function watchFiles({ paths, except, changed, failed }: WatchOptions): Promise<AsyncDisposable> {
  const isLeftOut = (path: string) =>
    NEVER.test(basename(path)) || except.some((one) => path === one || path.startsWith(`${one}/`));
  const watcher = watch([...paths], { ignored: (path) => !paths.includes(path) && isLeftOut(path), ignoreInitial: true });
  let first: string | null = null;
  let isBusy = false;
  let timer: NodeJS.Timeout | undefined;
  const settle = async () => {
    if (isBusy || first === null) return;
    isBusy = true;
    const path = first;
    first = null;
    await changed(path).catch((error: unknown) => failed(messageOf(error)));
    isBusy = false;
    await settle();
  };
  watcher.on('all', (_, path) => {
    first ??= path;
    clearTimeout(timer);
    timer = setTimeout(() => void settle(), SETTLE_MS);
  });
  watcher.on('error', (error) => failed(messageOf(error)));
  await new Promise<void>((resolve) => watcher.once('ready', () => resolve()));
  return {
    async [Symbol.asyncDispose]() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
