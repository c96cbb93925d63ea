import { appendFileSync, chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file for what each process writes, such as `web.1.log`. */
export interface LogFiles extends Disposable {
  write(by: string, line: string): void;
}

/** A file that grows past this is put aside, in place of the one put aside before, in bytes. */
const MAX_BYTES = 10 * 1024 * 1024;
/** What has been written waits so long for more. */
const FLUSH_MS = 200;
/** More than this does not wait, in characters. */
const MAX_WAITING = 1024 * 1024;

/** Log files in a folder that is there; those of an earlier run are begun anew. Lines of an app may hold anything: they are its user's alone. */
export function openLogFiles(folder: string): LogFiles {
  chmodSync(folder, 0o700);
  const files = new Map<string, { size: number; waiting: string[]; length: number }>();
  const flush = () => {
    for (const [name, file] of files) {
      if (file.waiting.length === 0) continue;
      const text = `${file.waiting.join('\n')}\n`;
      Object.assign(file, { waiting: [], length: 0 });
      const path = join(folder, `${name}.log`);
      try {
        if (file.size === 0) {
          // A file that is there keeps the rights that it was made with.
          rmSync(path, { force: true });
          writeFileSync(path, text, { mode: 0o600 });
        } else appendFileSync(path, text);
        file.size += Buffer.byteLength(text);
        if (file.size < MAX_BYTES) continue;
        renameSync(path, join(folder, `${name}.1.log`));
        file.size = 0;
      } catch {
        // A full disk is no reason to end the app: the lines are on the terminal.
      }
    }
  };
  const timer = setInterval(flush, FLUSH_MS);
  timer.unref();
  return {
    write(by, line) {
      const file = files.get(by) ?? { size: 0, waiting: [], length: 0 };
      files.set(by, file);
      file.waiting.push(line);
      file.length += line.length;
      if (file.length > MAX_WAITING) flush();
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      flush();
    },
  };
}
