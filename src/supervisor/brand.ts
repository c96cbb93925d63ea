import { randomInt } from 'node:crypto';
import { isDead } from './marks.ts';
import { processIds, readProc } from './proc.ts';
import { hasProgram } from './program.ts';

/**
 * What a process inherits and cannot shed, not even as a daemon with an emptied environment: limits that none of our apps comes near,
 * the size of POSIX message queues and the number of file locks (which Linux has not looked at since 2.4), both lowered to a number of its own
 * (getrlimit(2): the hard limit can only be lowered, but by root). There are two of them as a process may lower one further for reasons of its
 * own. The hard limit is the run's, the soft one the process's.
 */
export interface Brand {
  readonly soft: number;
  readonly hard: number;
}

/** Numbers below the system's own limit, and far above what a queue needs. */
const HARD = { least: 650_000, most: 819_000 };
const LIMITS = /^Max (?:msgqueue size|file locks)\s+(\S+)\s+(\S+)/gm;

/** A number for a run; `null` where processes cannot be branded: no `prlimit` (util-linux), no `/proc`, or a limit too low. */
export function newBrand(): number | null {
  const own = limitsIn(readProc('self/limits'));
  const isLow = own.length < 2 || own.some(({ soft, hard }) => Math.min(soft, hard) < HARD.most);
  return isLow || !hasProgram('prlimit') ? null : randomInt(HARD.least, HARD.most);
}

/** The command that starts another with a brand. */
export function branded({ soft, hard }: Brand, command: readonly string[]): string[] {
  return ['prlimit', `--msgqueue=${soft}:${hard}`, `--locks=${soft}:${hard}`, '--', ...command];
}

/** Ids of living processes of a run, or of one process of it and its descendants. */
export function brandedProcesses({ hard, soft }: { hard: number; soft?: number }): number[] {
  return processIds().filter((pid) => {
    const isBranded = limitsIn(readProc(`${pid}/limits`)).some(
      (one) => one.hard === hard && (soft === undefined || one.soft === soft),
    );
    // The dead whom nobody has buried yet keep their limits.
    return isBranded && !isDead(pid);
  });
}

function limitsIn(text: string): Brand[] {
  const number = (limit: string | undefined) => (limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit));
  return [...text.matchAll(LIMITS)].map(([, soft, hard]) => ({ soft: number(soft), hard: number(hard) }));
}
