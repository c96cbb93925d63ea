import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { messageOf, UserError } from '../errors.ts';
import { NODE_PRELOAD, PYTHON_PRELOAD } from './equal-boot-preloads.ts';

/**
 * Lets all processes of a trial draw the same random values until they are released. If a divergence vanishes under equal boots, its
 * cause is something made at boot (a secret, a key), not something remembered. Known to Node.js and Python; other runtimes
 * boot as ever. An open port does not end it, as servers may listen before they load the app, and keys be made by the first request.
 */
export interface EqualBoot {
  /** Holds what processes draw from; all of them must see it, whatever disk they have. */
  readonly folder: string;
  /** Variables for one trial's processes, on top of the app's own. Every trial boots differently. */
  env(trial: number, own: Readonly<Record<string, string | undefined>>): Record<string, string>;
  /**
   * What came of it in that trial. `drawn`: a process drew from the common values before it listened; `late`: only after that; `idle`:
   * nothing was drawn; `unknown`: the app's runtime is not known.
   */
  outcome(trial: number): 'drawn' | 'late' | 'idle' | 'unknown';
  /** Processes that start from now on draw from the common values. */
  hold(trial: number): void;
  /** Ends it for all processes of the trial. */
  release(trial: number): void;
  dispose(): void;
}

/** Known to the preloads. */
const RELEASED = 'released';

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
    const why = messageOf(cause);
    throw new UserError('no-temporary-folder', `cannot write to the temporary folder ${tmpdir()}: ${why}`, TEMPORARY, { cause });
  }
  const node = join(folder, 'equal-boot.cjs');
  const tapeOf = (trial: number) => join(folder, `trial-${trial}`);
  return {
    folder,
    env(trial, own) {
      const tape = tapeOf(trial);
      mkdirSync(tape, { recursive: true });
      return {
        SHARE_NOTHING_BOOT_TAPE: tape,
        NODE_OPTIONS: [own.NODE_OPTIONS, `--require="${node.replaceAll('\\', '/')}"`].filter(Boolean).join(' '),
        PYTHONPATH: [join(folder, 'python'), own.PYTHONPATH].filter(Boolean).join(delimiter),
      };
    },
    outcome(trial) {
      const marks = readdirSync(tapeOf(trial));
      const has = (name: string) => marks.some((mark) => mark.startsWith(name));
      return has('drawn-') ? 'drawn' : has('late-') ? 'late' : has('loaded-') ? 'idle' : 'unknown';
    },
    hold: (trial) => rmSync(join(tapeOf(trial), RELEASED), { force: true }),
    release: (trial) => writeFileSync(join(tapeOf(trial), RELEASED), ''),
    dispose,
  };
}
