import type { Session } from '../model/session.ts';
import { type TestBed, TooYoung } from '../trials/test-bed.ts';
import type { Elder } from './controls/aged.ts';
import { rehearse } from './controls/rehearse.ts';
import { explore } from './explore.ts';

/** Rehearses a session and searches it. `elder`: a process that has stood since it was ready; it is used up. */
export async function searchSession(bed: TestBed, session: Session, index: number, elder: Elder | null): Promise<void> {
  let waiting = elder;
  await whenSettled(bed, index, async () => {
    const own = waiting;
    waiting = null;
    const sessionSearch = await rehearse(bed, session, index, own);
    if (sessionSearch !== null) await explore(sessionSearch);
  });
}

/** Plays a session; begins afresh once, should its processes turn out to have answered before they had settled. */
export async function whenSettled<T>(bed: TestBed, index: number, play: () => Promise<T>): Promise<T> {
  try {
    return await play();
  } catch (error) {
    if (!(error instanceof TooYoung) || bed.traits.settleMs > 0) throw error;
    const { settleMs } = error;
    bed.traits.settleMs = settleMs;
    bed.record({ kind: 'afresh', session: index });
    bed.record({
      kind: 'problem',
      session: null,
      step: null,
      code: 'slow-start',
      message: `processes answer otherwise in their first ${settleMs} ms after they have opened their port: every one was given that time before it was asked`,
      hint: 'Name a path that answers when the app can serve: --ready /ready. Whatever routes requests in production needs it as well.',
    });
    return play();
  }
}
