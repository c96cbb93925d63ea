import type { Disk, Host } from './host.ts';
import { NOTHING } from './snapshot.ts';
import { spawn } from './spawn.ts';

/** The machine's own disk, under its own name. */
const machine: Disk = {
  launch: spawn,
  snapshot: async () => NOTHING,
  checkpoint: async () => ({ snapshot: NOTHING, kept: new Map() }),
  revert: async () => {},
  dispose: async () => {},
};

/** Processes of this machine that share its disk, and what earlier trials have left on it. */
export const plain: Host = {
  name: 'plain',
  ownDisks: false,
  canFreeze: false,
  open: ['every file that the app can write'],
  places: [],
  createDisk: async () => machine,
  close: async () => {},
};
