import { fixedPolicy } from '../router/policies.ts';
import { createPlay, type PlayOptions } from '../session/play/player.ts';
import type { TestBed } from './test-bed.ts';
import { type TrialProcesses, targetOf } from './trial-processes.ts';

/** Visits every process once as a stranger, with the session's first reading request: keys may be made when they are first needed. */
export async function warmUp(bed: TestBed, { slots }: TrialProcesses, options: PlayOptions): Promise<void> {
  const first = options.session.steps.findIndex(({ method, follows }) => method === 'GET' && follows === null);
  if (first === -1) return;
  const play = createPlay(options);
  try {
    for (const slot of slots.values()) {
      const target = await targetOf(bed, slot);
      bed.router.setPolicy(fixedPolicy(() => target));
      await play.send(first, { stranger: 'new', quiet: true });
    }
  } finally {
    await play.close();
  }
}
