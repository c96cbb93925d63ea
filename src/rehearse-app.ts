import { randomUUID } from 'node:crypto';
import { knownSecrets } from './evidence/redaction/known-secrets.ts';
import { createRedactor } from './evidence/redaction/redact.ts';
import { redactedError } from './evidence/redaction/redacted-error.ts';
import type { Config } from './model/config.ts';
import { friendliest } from './model/schedule.ts';
import { describeStep } from './model/session.ts';
import { loadSession } from './session/load.ts';
import { openTestBed } from './trials/open-test-bed.ts';
import { playTrial } from './trials/play-trial.ts';
import { prepareServices } from './trials/prepare-services.ts';

/** How a session was answered by one process. */
export interface Rehearsed {
  readonly steps: number;
  /** What was not as the session expects, a line each. */
  readonly complaints: readonly string[];
}

/** Plays a session once, on one process of its own; nothing of it is kept. Throws a UserError if the app does not start or the session cannot be read. */
export async function rehearseApp(config: Config, file: string, signal: AbortSignal): Promise<Rehearsed> {
  const redactor = createRedactor(knownSecrets(config, process.env, []), { showValues: config.showValues });
  const ignored = () => {};
  try {
    const session = await loadSession(file, config);
    await using bed = await openTestBed({
      config,
      runId: `rehearsal-${randomUUID()}`,
      signal,
      redactor,
      record: ignored,
      now: () => new Date(),
      progress: ignored,
    });
    await prepareServices(bed);
    const schedule = friendliest(session.steps.length);
    const { observation, complaints } = await playTrial(bed, { session, sessionIndex: 0, schedule, oracle: null });
    await bed.leavers.over();
    const refused = observation.exchanges.flatMap(({ step, reply }) => {
      const expects = session.steps[step]?.expectations.length ?? 0;
      const answer = reply.outcome === 'answered' ? String(reply.status) : reply.outcome;
      const isFine = reply.outcome === 'answered' && (reply.status < 400 || expects > 0);
      return isFine ? [] : [`step ${describeStep(session, step)} was answered ${answer}`];
    });
    const unmet = complaints.map(({ step, text }) => `step ${describeStep(session, step)}: ${text}`);
    return { steps: session.steps.length, complaints: [...refused, ...unmet] };
  } catch (error) {
    throw redactedError(error, redactor);
  }
}
