import type { Observation } from '../../model/observation.ts';
import type { TestBed } from '../../trials/test-bed.ts';

/** Whether a trial is known to have written nothing at all, be it while its processes booted or while they served. */
export function wroteNothing({ seesAllWrites }: Pick<TestBed, 'seesAllWrites'>, { journal }: Observation): boolean {
  return seesAllWrites && journal !== null && !journal.truncated && journal.entries.length === 0;
}

/** Whether a process wrote files while it booted. */
export function wroteAtBoot({ journal }: Observation): boolean {
  return journal?.entries.some(({ step }) => step === null) ?? false;
}

/** Whether a step wrote files. */
export function wroteInSteps({ journal }: Observation): boolean {
  return journal?.entries.some(({ step }) => step !== null) ?? false;
}
