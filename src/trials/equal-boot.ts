import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { UserError } from '../errors.ts';
import { NODE_PRELOAD, PYTHON_PRELOAD } from './equal-boot-preloads.ts';

/**
 * Lets all processes of a trial draw the same random values until they listen. If a divergence vanishes under equal boots, its
 * cause is something made at boot (a secret, a key), not something remembered. Known to Node.js and Python; other runtimes
 * boot as ever.
 */
export interface EqualBoot {
  /** Holds what processes draw from; all of them must see it, whatever disk they have. */
  readonly folder: string;
  /** Variables for one trial's processes, on top of the app's own. Trials with different names boot differently. */
  env(trial: string, own: Readonly<Record<string, string | undefined>>): Record<string, string>;
  /**
   * What came of it in that trial. `drawn`: a process drew from the common values while it booted; `idle`: it was ready to, and nothing
   * was drawn; `unknown`: the app's runtime is not known.
   */
  outcome(trial: string): 'drawn' | 'idle' | 'unknown';
  dispose(): void;
}

const TEMPORARY = 'Make room there, or name another one that you may write to: TMPDIR=/var/tmp share-nothing …';

/** Writes the preloads into a temporary folder, removed by `dispose`. Throws a UserError if there is no room for it. */
export function createEqualBoot(): EqualBoot {
  let folder = '';
  const dispose = () => rmSync(folder, { recursive: true, force: true });
  try {
    folder = mkdtempSync(join(tmpdir(), 'share-nothing-boot-'));
    writeFileSync(join(folder, 'equal-boot.cjs'), NODE_PRELOAD);
    mkdirSync(join(folder, 'python'));
    writeFileSync(join(folder, 'python', 'sitecustomize.py'), PYTHON_PRELOAD);
  } catch (cause) {
    if (folder !== '') dispose();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UserError('no-temporary-folder', `cannot write to the temporary folder ${tmpdir()}: ${why}`, TEMPORARY, { cause });
  }
  const node = join(folder, 'equal-boot.cjs');
  return {
    folder,
    env(trial, own) {
      const tape = join(folder, trial);
      mkdirSync(tape, { recursive: true });
      return {
        SHARE_NOTHING_BOOT_TAPE: tape,
        NODE_OPTIONS: [own.NODE_OPTIONS, `--require="${node.replaceAll('\\', '/')}"`].filter(Boolean).join(' '),
        PYTHONPATH: [join(folder, 'python'), own.PYTHONPATH].filter(Boolean).join(delimiter),
      };
    },
    outcome(trial) {
      const marks = readdirSync(join(folder, trial));
      return marks.some((mark) => mark.startsWith('drawn-')) ? 'drawn' : marks.length > 0 ? 'idle' : 'unknown';
    },
    dispose,
  };
}
