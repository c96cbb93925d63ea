import { bootIdentity } from './rules/boot-identity.ts';
import type { Rule } from './rules/define-rule.ts';
import { diskResidue } from './rules/disk-residue.ts';
import { duplicateSchedule } from './rules/duplicate-schedule.ts';
import { jobHandoff } from './rules/job-handoff.ts';
import { leftoverRun } from './rules/leftover-run.ts';
import { localDisk } from './rules/local-disk.ts';
import { lostWork } from './rules/lost-work.ts';
import { processMemory } from './rules/process-memory.ts';
import { restartLoss } from './rules/restart-loss.ts';
import { runtimeAssets } from './rules/runtime-assets.ts';
import { sessionExpiry } from './rules/session-expiry.ts';
import { silentFallback } from './rules/silent-fallback.ts';
import { singleInstance } from './rules/single-instance.ts';
import { staleMemory } from './rules/stale-memory.ts';
import { stickySession } from './rules/sticky-session.ts';

/** Every rule, in the order of reports. */
export const RULES: readonly Rule[] = [
  singleInstance,
  stickySession,
  processMemory,
  staleMemory,
  bootIdentity,
  localDisk,
  jobHandoff,
  lostWork,
  leftoverRun,
  restartLoss,
  runtimeAssets,
  diskResidue,
  sessionExpiry,
  silentFallback,
  duplicateSchedule,
];
