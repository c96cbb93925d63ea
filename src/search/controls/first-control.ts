import type { Observation } from '../../model/observation.ts';
import { friendliest, type Variant } from '../../model/schedule.ts';
import type { Session } from '../../model/session.ts';
import { type Complaint, playTrial } from '../../trials/play-trial.ts';
import { startsClean, type TestBed } from '../../trials/test-bed.ts';
import { startProcesses, stopProcesses } from '../../trials/trial-processes.ts';
import type { Growth } from './growth.ts';
import { knowWorkers } from './known-workers.ts';
import { studyEffects } from './study-effects.ts';

export interface FirstControl {
  /** The session with its redirects, and its pages' assets, as steps. */
  readonly session: Session;
  readonly control: Observation;
  readonly complaints: readonly Complaint[];
  /** The session played once more on its process, by another visitor. */
  readonly warm: Observation;
  /** What was recorded of the session before does not count. */
  readonly isAfresh: boolean;
  /** Plays of further visitors on its process that left no step out. */
  readonly visits: readonly Observation[];
}

/**
 * The first play of a session on a process that has just booted, and a second one on the same. `isStudied`: what its steps do is known. `null`: which process answers cannot be told.
 */
export async function firstControl(
  bed: TestBed,
  { session: original, index, growth, isStudied }: { session: Session; index: number; growth: Growth; isStudied: boolean },
): Promise<FirstControl | null> {
  let session = original;
  let isAfresh = false;
  // Again only if the session has grown, which is bounded, or if workers were found, which happens once.
  for (;;) {
    const trialProcesses = await startProcesses(bed, friendliest(session.steps.length), 0);
    let stopping: Promise<void> | null = null;
    const stop = () => {
      stopping ??= stopProcesses(bed, trialProcesses);
      return stopping;
    };
    const play = (variant: Variant) => {
      const schedule = { ...friendliest(session.steps.length), variant };
      return playTrial(bed, { session, sessionIndex: index, schedule, oracle: null, trialProcesses });
    };
    const begin = () => {
      isAfresh = true;
      bed.record({ kind: 'afresh', session: index });
    };
    try {
      if (!(await knowWorkers(bed, trialProcesses, index))) return null;
      let played = await play({ kind: 'plain' });
      const before = session;
      // What the session grows to can be found out on a used process; it is then played anew on a fresh one.
      for (let grown = growth.next(session, played.observation); grown !== null; grown = growth.next(session, played.observation)) {
        session = grown;
        // The services are no longer as they were, and would tell that it has been played before.
        if (startsClean(bed)) break;
        played = await play({ kind: 'plain' });
      }
      if (session !== before) {
        begin();
        continue;
      }
      // Some get ready only later than the first of them.
      if (bed.traits.workers === 1 && (await knowWorkers(bed, trialProcesses, index)) && bed.traits.workers > 1) {
        begin();
        continue;
      }
      const warm = await play({ kind: 'warm' });
      const isKnown = isStudied && !isAfresh;
      const visited = startsClean(bed) ? null : trialProcesses;
      // Visitors who have processes of their own meet none that may keep them from starting.
      if (visited === null && !isKnown) await stop();
      const { longer, visits } = isKnown
        ? { longer: null, visits: [] }
        : await studyEffects(bed, { session, index, trialProcesses: visited, played });
      if (longer !== null) {
        session = longer;
        begin();
        continue;
      }
      return { session, control: played.observation, complaints: played.complaints, warm: warm.observation, isAfresh, visits };
    } finally {
      await stop();
    }
  }
}
