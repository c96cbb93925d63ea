import { setTimeout as wait } from 'node:timers/promises';
import { UserError } from '../../errors.ts';
import { slotName } from '../../model/schedule.ts';
import { type Disk, describeExit } from '../../supervisor/hosts/host.ts';
import type { Process } from '../../supervisor/process.ts';
import type { TestBed } from '../../trials/test-bed.ts';
import { REPEATS } from '../explain/confirm.ts';
import type { Elder } from './aged.ts';

/** How long both must live beside each other, as long as a boot takes within these bounds: some die only after they listen. */
const SETTLE_MS = { least: 200, most: 1_500 };

/**
 * Finds out whether a second process starts while the first one runs, and both stay. If not, both ways are tried three times: a second
 * process beside the first, and one alone. Every attempt is recorded; one that succeeds is enough to go on. The first of both processes, if
 * the second could leave again: it has stood for a while, and goes on standing until somebody ends it.
 */
export async function learnWhetherBeside(bed: TestBed): Promise<Elder | null> {
  const attempted = await attempt(bed, { alone: false });
  let stands = attempted.stands;
  for (let round = 0; round < REPEATS && !stands; round++) {
    await attempt(bed, { alone: true });
    if (round > 0) ({ stands } = await attempt(bed, { alone: false }));
  }
  bed.traits.standsBeside = stands;
  return attempted.elder;
}

async function attempt(bed: TestBed, { alone }: { alone: boolean }): Promise<{ stands: boolean; elder: Elder | null }> {
  const disk = await bed.host.createDisk({ hostname: null });
  let elder: Elder | null = null;
  try {
    const first = alone ? null : await bed.supervisor.start(slotName(0), { disk });
    const readyAt = performance.now();
    if ((await disk.snapshot()).files.size > 0) bed.traits.writesAtBoot = true;
    const { reason, output, second } = await startSecond(bed, { first: first === null ? [] : [first], disk });
    record(bed, { alone, reason, output });
    if (reason === null && first !== null) {
      await second?.stop('ask');
      elder = {
        trialProcesses: {
          companions: [],
          slots: new Map([[0, { process: first, life: 0, env: {}, disk, ready: null, worker: null }]]),
          disks: [disk],
        },
        readyAt,
      };
    }
    return { stands: reason === null, elder };
  } finally {
    if (elder === null) {
      await bed.supervisor.stopAll();
      await disk.dispose();
    }
  }
}

interface Outcome {
  /** Why they do not stand beside each other; `null` if they do. */
  readonly reason: string | null;
  readonly output: readonly string[];
}

async function startSecond(
  bed: TestBed,
  { first, disk }: { first: readonly Process[]; disk: Disk },
): Promise<Outcome & { readonly second?: Process }> {
  try {
    const second = await bed.supervisor.start(slotName(1), { disk });
    return { ...(await settle([...first, second], bed.signal)), second };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { reason: error.message, output: error.details };
  }
}

/** Waits whether one of them dies although all got ready. */
async function settle(processes: readonly Process[], signal: AbortSignal): Promise<Outcome> {
  const settleMs = Math.min(SETTLE_MS.most, Math.max(SETTLE_MS.least, ...processes.map(({ bootMs }) => bootMs)));
  const over = new AbortController();
  const deaths = processes.map(async (process): Promise<Outcome> => {
    const exit = await process.fellSilent;
    return { reason: `${process.name} ${describeExit(exit)} soon after it was ready`, output: process.output().slice(-20) };
  });
  const peace = wait<Outcome>(settleMs, { reason: null, output: [] }, { signal: AbortSignal.any([signal, over.signal]) });
  peace.catch(() => {});
  try {
    return await Promise.race([...deaths, peace]);
  } finally {
    over.abort();
  }
}

function record(bed: TestBed, { alone, reason, output }: Outcome & { alone: boolean }): void {
  bed.record({ kind: 'beside', alone, started: reason === null, reason, output });
}
