import { UserError } from '../errors.ts';
import { slotName } from '../model/schedule.ts';
import { REPEATS } from './confirm.ts';
import type { Stage } from './stage.ts';

/**
 * Whether a second process starts while the first one runs. If not, both ways are tried three times: a second process
 * beside the first, and one alone. Every attempt is recorded.
 */
export async function standsBeside(stage: Stage): Promise<boolean> {
  if (await attempt(stage, { alone: false })) return true;
  for (let round = 0; round < REPEATS; round++) {
    await attempt(stage, { alone: true });
    if (round > 0) await attempt(stage, { alone: false });
  }
  return false;
}

async function attempt(stage: Stage, { alone }: { alone: boolean }): Promise<boolean> {
  try {
    if (!alone) await stage.supervisor.start(slotName(0));
    return await startSecond(stage, alone);
  } finally {
    await stage.supervisor.stopAll();
  }
}

async function startSecond(stage: Stage, alone: boolean): Promise<boolean> {
  try {
    await stage.supervisor.start(slotName(1));
    stage.record({ kind: 'beside', alone, started: true, reason: null, output: [] });
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const output = error.details.map((line) => stage.redactor.text(line));
    stage.record({ kind: 'beside', alone, started: false, reason: stage.redactor.text(error.message), output });
    return false;
  }
}
