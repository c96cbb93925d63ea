import type { Schedule } from '../model/schedule.ts';
import type { Stranger } from '../session/play/stranger.ts';

/** Who sends a step in the visitor's place. */
export function strangerAt(schedule: Schedule, step: number): Stranger | null {
  if (isVaried(schedule, 'stranger', step)) return 'new';
  return isVaried(schedule, 'forged', step) ? 'forged' : null;
}

/** Whether a step is the one that a schedule varies, in this way. */
export function isVaried({ variant }: Schedule, kind: Schedule['variant']['kind'], step: number): boolean {
  return variant.kind === kind && 'step' in variant && variant.step === step;
}
