import type { Observation } from '../../model/observation.ts';
import { friendliest } from '../../model/schedule.ts';
import type { Session } from '../../model/session.ts';
import { type Complaint, playTrial } from '../../trials/play-trial.ts';
import { startsClean, type TestBed } from '../../trials/test-bed.ts';
import { startProcesses, stopProcesses, type TrialProcesses } from '../../trials/trial-processes.ts';
import type { Growth } from './growth.ts';
import { watchIdle } from './idle.ts';
import { knowWorkers } from './known-workers.ts';
import { studyEffects } from './study-effects.ts';

/** For how long a process stands idle before it is asked, in milliseconds; or twice as long as its boot took, if that is longer. */
const AGE_MS = 3_000;

/** A process that was ready some time ago and has served nothing. */
export interface Elder {
  readonly trialProcesses: TrialProcesses;
  /** As `performance.now()` has it. */
  readonly readyAt: number;
}

/** A play on a process that has stood idle for a while. */
export interface AgedPlay {
  /** The session as it was played: grown by what it has shown. */
  readonly session: Session;
  readonly observation: Observation;
  readonly complaints: readonly Complaint[];
  /** For how long it had stood, in milliseconds. */
  readonly ms: number;
  /** Its process had served nothing before: it is a control. */
  readonly isFirst: boolean;
  /** No other process of the app has stood beside it. */
  readonly isAlone: boolean;
  /** Plays of further visitors on its process that left no step out. */
  readonly visits: readonly Observation[];
}

/**
 * Plays a session on a process that has stood ready and idle: what it answers otherwise than young ones do is youth, and not state. Nothing
 * else of the app runs meanwhile: it would take ports, locks and jobs. An `elder` is used up, else a process is booted for it. `null`: which
 * process answers cannot be told.
 */
export async function playAged(
  bed: TestBed,
  { session: original, index, growth }: { session: Session; index: number; growth: Growth | null },
  elder: Elder | null,
): Promise<AgedPlay | null> {
  const trialProcesses = elder?.trialProcesses ?? (await startProcesses(bed, friendliest(original.steps.length), 0));
  const readyAt = elder?.readyAt ?? performance.now();
  try {
    const ms = await standIdle(bed, trialProcesses, readyAt);
    if (!(await knowWorkers(bed, trialProcesses, index))) return null;
    let session = original;
    const play = () => {
      const schedule = { ...friendliest(session.steps.length), variant: { kind: 'aged', ms } as const };
      return playTrial(bed, { session, sessionIndex: index, schedule, oracle: null, trialProcesses });
    };
    let played = await play();
    // What it grows to, and what its steps do, others find out: the services are no longer as they were.
    if (startsClean(bed)) return { session, ...played, ms, isFirst: true, isAlone: elder === null, visits: [] };
    for (let grown = growth?.next(session, played.observation) ?? null; grown !== null; ) {
      session = grown;
      played = await play();
      grown = growth?.next(session, played.observation) ?? null;
    }
    let visits: readonly Observation[] = [];
    // An echo is added once, so that this ends.
    while (growth !== null) {
      const study = await studyEffects(bed, { session, index, trialProcesses, played });
      visits = study.visits;
      if (study.longer === null) break;
      session = study.longer;
      played = await play();
    }
    return { session, ...played, ms, isFirst: session === original, isAlone: elder === null, visits };
  } finally {
    await stopProcesses(bed, trialProcesses);
  }
}

/** Waits until a process that was ready at that time, as `performance.now()` has it, is no longer young. Promises the age, in milliseconds. */
export async function standIdle(bed: TestBed, trialProcesses: TrialProcesses, readyAt: number): Promise<number> {
  const bootMs = trialProcesses.slots.get(0)?.process.bootMs ?? 0;
  const ms = Math.ceil(Math.min(bed.config.app.readiness.timeoutMs, Math.max(AGE_MS, 2 * bootMs)));
  await watchIdle(bed, Math.max(0, readyAt + ms - performance.now()));
  return ms;
}
