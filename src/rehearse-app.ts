import type { Config } from './model/config.ts';
import { friendliest } from './model/schedule.ts';
import { describeStep } from './model/session.ts';
import { loadSession } from './session/load.ts';
import { playTrial } from './trials/play-trial.ts';
import { unrecorded } from './trials/unrecorded.ts';

/** How a session was answered by one process. */
export interface Rehearsed {
  readonly steps: number;
  /** What was not as the session expects, a line each. */
  readonly complaints: readonly string[];
}

/** Plays a session once, on one process of its own; nothing of it is kept. Throws a UserError if the app does not start or the session cannot be read. */
export function rehearseApp(config: Config, file: string, signal: AbortSignal): Promise<Rehearsed> {
  return unrecorded(config, { name: 'rehearsal', signal }, async (bed) => {
    const session = await loadSession(file, config);
    const schedule = friendliest(session.steps.length);
    const { observation, complaints } = await playTrial(bed, { session, sessionIndex: 0, schedule, oracle: null });
    const refused = observation.exchanges.flatMap(({ step, reply }) => {
      const expects = session.steps[step]?.expectations.length ?? 0;
      const answer = reply.outcome === 'answered' ? String(reply.status) : reply.outcome;
      const isFine = reply.outcome === 'answered' && (reply.status < 400 || expects > 0);
      return isFine ? [] : [`step ${describeStep(session, step)} was answered ${answer}`];
    });
    const unmet = complaints.map(({ step, text }) => `step ${describeStep(session, step)}: ${text}`);
    return { steps: session.steps.length, complaints: [...refused, ...unmet] };
  });
}
