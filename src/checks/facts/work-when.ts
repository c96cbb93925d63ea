import type { SessionSummary } from '../../model/evidence.ts';
import { type RestartMode, slotName } from '../../model/schedule.ts';
import type { Dependency } from './dependency.ts';
import { stepsNamed } from './steps-named.ts';

const ENDED: Readonly<Record<RestartMode, string>> = {
  deploy: 'stopped (SIGTERM) and started again',
  crash: 'killed (SIGKILL) and started again',
  config: 'restarted with a changed environment',
  relocate: 'restarted elsewhere, with an empty disk',
  memory: 'killed (SIGKILL) and started again with a changed environment',
  everything: 'killed (SIGKILL) and started elsewhere, with an empty disk',
};

/** Under which conditions a step was answered as expected, and not, where it shows work that others do: in words that follow the reply. */
export function workWhen(dependency: Dependency, session: SessionSummary): { expected: string; actual: string } {
  const { suspicion, type, isCutShort } = dependency;
  const source = stepsNamed(suspicion.sources, session);
  const mode = suspicion.mode ?? 'crash';
  switch (suspicion.axis) {
    case 'worker-disk':
      return {
        expected: `when those who do the work see the disk of ${slotName(0)}, which served ${source}`,
        actual: 'when they have disks of their own',
      };
    case 'two-workers':
      return {
        expected: `when as many processes of ${type} run as were asked for`,
        actual: `when one more process of ${type} runs`,
      };
    default: {
      const who = suspicion.axis === 'enqueuer-death' ? `${slotName(0)}, which served ${source},` : type;
      if (isCutShort)
        return {
          expected: `when ${who} is ${ENDED[mode]} after the work was done`,
          actual: `when ${who} is ${ENDED[mode]} ${type === 'web' ? `right after the reply to ${source}` : `in the midst of what ${source} began`}`,
        };
      return {
        expected:
          mode === 'relocate' ? `when ${type} is restarted after ${source}, and keeps its disk` : `when ${type} is not restarted`,
        actual: `when ${type} is ${ENDED[mode]} after ${source}`,
      };
    }
  }
}
