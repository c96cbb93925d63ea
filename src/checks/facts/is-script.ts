import type { SessionSummary } from '../../model/evidence.ts';
import { RUN } from '../../model/schedule.ts';

/** Whether what is told of as a session is two runs of a script. */
export function isScript({ steps }: Pick<SessionSummary, 'steps'>): boolean {
  return steps[0]?.method === RUN;
}
