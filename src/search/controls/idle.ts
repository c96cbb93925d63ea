import { setTimeout as wait } from 'node:timers/promises';
import { schedule } from '../../model/schedule.ts';
import { grownIn } from '../../trials/held.ts';
import { startsClean, type TestBed } from '../../trials/test-bed.ts';
import { startProcesses, stopProcesses } from '../../trials/trial-processes.ts';

const COMPARED_MS = 6_000;
const MANY = 3;
const ROUNDS = 2;

/** Lets processes stand idle, and records what they do in the services meanwhile, the first time: there it is the same in every trial. */
export async function watchIdle(bed: TestBed, ms: number): Promise<void> {
  const { traits, signal, config } = bed;
  const isAsked = config.rules.includes('duplicate-schedule') && startsClean(bed);
  if (!isAsked || traits.actsIdle !== null) return wait(ms, undefined, { signal });
  const effects = await grownIn(bed, ms);
  bed.record({ kind: 'idle', processes: 1, ms, effects });
  traits.actsIdle = effects.length > 0;
}

/** Where an idle app does something: watches one process and three, in turn. */
export async function compareIdle(bed: TestBed): Promise<void> {
  if (!bed.traits.standsBeside || bed.traits.actsIdle !== true) return;
  for (let round = 0; round < ROUNDS; round++)
    for (const processes of [1, MANY]) {
      const placement = Array.from({ length: processes }, (_, slot) => slot);
      const trialProcesses = await startProcesses(bed, schedule('control', { placement, processes }), 0);
      try {
        bed.record({ kind: 'idle', processes, ms: COMPARED_MS, effects: await grownIn(bed, COMPARED_MS) });
      } finally {
        await stopProcesses(bed, trialProcesses);
      }
    }
}
