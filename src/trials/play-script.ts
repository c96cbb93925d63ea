import type { JournalEntry } from '../model/journal.ts';
import type { Exchange, Observation } from '../model/observation.ts';
import { machineName, type Schedule } from '../model/schedule.ts';
import type { Disk } from '../supervisor/hosts/host.ts';
import { NOTHING, newSince } from '../supervisor/hosts/snapshot.ts';
import { otherHostname } from './hostname.ts';
import { kindOf } from './kind.ts';
import { runScript } from './run-script.ts';
import type { TestBed } from './test-bed.ts';
import { resetServices } from './trial-processes.ts';

const MAX_FILES = 100;

/** A trial of a script: two runs, one after the other. */
export interface PlayedScript {
  readonly observation: Observation;
  /** How long the first run took, in milliseconds. */
  readonly ms: number;
}

/** Runs a script twice, each time on the machine that the schedule names. Services hold the same when the first run begins. */
export async function playScript(bed: TestBed, schedule: Schedule): Promise<PlayedScript> {
  bed.signal.throwIfAborted();
  const { config, redactor, host } = bed;
  const trial = bed.nextTrial();
  const at = bed.now().toISOString();
  const count = 1 + config.results.length;
  await resetServices(bed);
  const disks: Disk[] = [];
  const exchanges: Exchange[] = [];
  const entries: JournalEntry[] = [];
  try {
    for (let slot = 0; slot < schedule.processes; slot++)
      disks.push(await host.createDisk({ hostname: host.ownDisks ? otherHostname(trial + slot) : null }));
    const run = (step: number) => {
      const slot = schedule.placement[step] ?? 0;
      const kill = step === 0 && schedule.variant.kind === 'killed' ? { afterMs: schedule.variant.ms } : null;
      const disk = disks[slot];
      if (disk === undefined) throw new Error(`no machine ${slot}`);
      return runScript(bed, { disk, by: machineName(slot), step, kill, withinMs: config.scriptTimeoutMs });
    };
    const first = await run(0);
    for (const [path, entry] of newSince(NOTHING, (await disks[0]?.snapshot()) ?? NOTHING).slice(0, MAX_FILES)) {
      const { state, bytes } = entry;
      entries.push({
        step: 0,
        by: machineName(0),
        path: redactor.path(path),
        kind: kindOf(path, config.app.cwd),
        change: state,
        bytes,
      });
    }
    const second = await run(count);
    exchanges.push(...first.exchanges, ...second.exchanges);
    const journal = host.ownDisks ? { entries, truncated: false } : null;
    const observed = { exchanges, replays: [], generated: {}, journal, stores: null, broken: null };
    const observation: Observation = { trial, session: 0, schedule, at, ...observed };
    bed.record({ kind: 'observation', observation });
    if (first.leaves && trial === 1) bed.record(leaves());
    return { observation, ms: first.ms };
  } finally {
    await bed.supervisor.stopAll();
    await Promise.all(disks.map((disk) => disk.dispose()));
  }
}

function leaves() {
  return {
    ...{ kind: 'problem' as const, session: null, step: null, code: 'script-leaves' },
    message: 'processes that the script had started went on running when it had ended; they were ended',
    hint: 'What is to go on running is a process type of its own: a script waits for what it starts.',
  };
}
