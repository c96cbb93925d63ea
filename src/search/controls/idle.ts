import { schedule } from '../../model/schedule.ts';
import { grownIn } from '../../trials/held.ts';
import type { TestBed } from '../../trials/test-bed.ts';
import { startProcesses, stopProcesses } from '../../trials/trial-processes.ts';

const FIRST_MS = 3_000;
const COMPARED_MS = 6_000;
const MANY = 3;
const ROUNDS = 2;

/**
 * Watches what an app does in its services while nobody asks it anything; where it does something, with one process and with three, in turn. It
 * needs services that hold the same in every trial.
 */
export async function watchIdle(bed: TestBed): Promise<void> {
  if (!bed.traits.standsBeside || !bed.services.some(({ resets }) => resets)) return;
  if ((await watch(bed, 1, FIRST_MS)) === 0) return;
  for (let round = 0; round < ROUNDS; round++) {
    await watch(bed, 1, COMPARED_MS);
    await watch(bed, MANY, COMPARED_MS);
  }
}

/** Records what was seen. Promises how many things have grown. */
async function watch(bed: TestBed, processes: number, ms: number): Promise<number> {
  const placement = Array.from({ length: processes }, (_, slot) => slot);
  const trialProcesses = await startProcesses(bed, schedule('control', { placement, processes }), 0);
  try {
    const effects = await grownIn(bed, ms);
    bed.record({ kind: 'idle', processes, ms, effects });
    return effects.length;
  } finally {
    await stopProcesses(bed, trialProcesses);
  }
}
