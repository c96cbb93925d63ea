import { randomInt } from 'node:crypto';
import { isDead } from './marks.ts';
import { processIds, readProc } from './proc.ts';
import { hasProgram } from './program.ts';

/**
 * What a process inherits and cannot shed, not even as a daemon with an emptied environment: a limit that none of our apps comes near,
 * the size of POSIX message queues, lowered to a number of its own (getrlimit(2): the hard limit can only be lowered, but by root).
 * The hard limit is the run's, the soft one the process's.
 */
export interface Brand {
  readonly soft: number;
  readonly hard: number;
}

/** Numbers below the system's own limit, and far above what a queue needs. */
const HARD = { least: 650_000, most: 819_000 };
const LIMIT = /^Max msgqueue size\s+(\S+)\s+(\S+)/m;

/** A number for a run; `null` where processes cannot be branded: no `prlimit` (util-linux), no `/proc`, or a limit too low. */
export function newBrand(): number | null {
  const own = limitsIn(readProc('self/limits'));
  const isLow = own === null || Math.min(own.soft, own.hard) < HARD.most;
  return isLow || !hasProgram('prlimit') ? null : randomInt(HARD.least, HARD.most);
}

/** The command that starts another with a brand. */
export function branded({ soft, hard }: Brand, command: readonly string[]): string[] {
  return ['prlimit', `--msgqueue=${soft}:${hard}`, '--', ...command];
}

/** Ids of living processes of a run, or of one process of it and its descendants. */
export function brandedProcesses({ hard, soft }: { hard: number; soft?: number }): number[] {
  return processIds().filter((pid) => {
    const limits = limitsIn(readProc(`${pid}/limits`));
    // The dead whom nobody has buried yet keep their limits.
    return limits?.hard === hard && (soft === undefined || limits.soft === soft) && !isDead(pid);
  });
}

function limitsIn(text: string): Brand | null {
  const [, soft, hard] = LIMIT.exec(text) ?? [];
  const number = (limit: string | undefined) => (limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit));
  return soft === undefined ? null : { soft: number(soft), hard: number(hard) };
}
