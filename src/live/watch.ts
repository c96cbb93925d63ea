import { fstatSync, type Stats } from 'node:fs';
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

/** Files that what we print is written to, as by `> up.log`: each line of ours would be a change. */
function ownOutputs(): string[] {
  return [1, 2].flatMap((descriptor) => {
    try {
      const stats = fstatSync(descriptor);
      return stats.isFile() ? [nameOf(stats)] : [];
    } catch {
      return [];
    }
  });
}

function nameOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}

/** Watches files until disposed of; what changes within a moment is told once, by the first path. Resolves when it watches. */
export async function watchFiles({ paths, except, changed, failed }: WatchOptions): Promise<AsyncDisposable> {
  const own = ownOutputs();
  const isLeftOut = (path: string, stats?: Stats) =>
    NEVER.test(basename(path)) ||
    except.some((one) => path === one || path.startsWith(`${one}/`)) ||
    (stats !== undefined && own.includes(nameOf(stats)));
  const watcher = watch([...paths], {
    ignored: (path, stats) => !paths.includes(path) && isLeftOut(path, stats),
    ignoreInitial: true,
  });
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
