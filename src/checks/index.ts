import { bootIdentity } from './boot-identity.ts';
import type { Rule } from './define.ts';
import { diskResidue } from './disk-residue.ts';
import { localDisk } from './local-disk.ts';
import { processMemory } from './process-memory.ts';
import { restartLoss } from './restart-loss.ts';
import { runtimeAssets } from './runtime-assets.ts';
import { singleInstance } from './single-instance.ts';
import { staleMemory } from './stale-memory.ts';
import { stickySession } from './sticky-session.ts';

/** Every rule, in the order of reports. */
export const RULES: readonly Rule[] = [
  singleInstance,
  stickySession,
  processMemory,
  staleMemory,
  bootIdentity,
  localDisk,
  restartLoss,
  runtimeAssets,
  diskResidue,
];
