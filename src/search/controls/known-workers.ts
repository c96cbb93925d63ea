import type { TestBed } from '../../trials/test-bed.ts';
import type { TrialProcesses } from '../../trials/trial-processes.ts';

/** Finds out whether one copy of the app answers with several processes. False if it does and they cannot be told apart. */
export async function knowWorkers(bed: TestBed, trialProcesses: TrialProcesses, index: number): Promise<boolean> {
  const slot = trialProcesses.slots.get(0);
  if (slot === undefined || bed.traits.workers > 1) return true;
  const found = await slot.process.workers();
  if (found.kind === 'several') {
    bed.traits.workers = found.pids.length;
    slot.worker = { place: 0, pids: found.pids };
    bed.record({
      kind: 'problem',
      session: null,
      step: null,
      code: 'several-workers',
      message: `one copy of the app answers with ${found.pids.length} processes: each was addressed by itself (web.1/1, web.1/2)`,
      hint: 'Nothing need be done. With one worker (WEB_CONCURRENCY=1, --workers 1) the audit is faster.',
    });
  }
  if (found.kind !== 'hidden') return true;
  bed.record({
    kind: 'problem',
    session: index,
    step: null,
    code: 'hidden-workers',
    message: `one copy of the app answers with ${found.pids.length} processes behind a socket of its own, and which of them has answered cannot be told: whatever one of them remembers would look like chance`,
    hint: 'Let it run one worker for the audit, which multiplies the whole: such as WEB_CONCURRENCY=1, --workers 1, pm.max_children = 1.',
  });
  return false;
}
