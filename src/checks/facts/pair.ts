import type { Arm, Finding } from '../../model/finding.ts';
import type { Observation } from '../../model/observation.ts';
import { machineName, type Restart, type RestartMode, type Schedule, slotName } from '../../model/schedule.ts';
import type { StepResult } from '../../oracle/compare/judge-step.ts';

const RESTARTS: Readonly<Record<RestartMode, string>> = {
  deploy: 'restarted (deploy)',
  crash: 'killed and restarted (crash)',
  config: 'restarted (config change)',
  relocate: 'moved to another machine',
  memory: 'killed and restarted (config change)',
  everything: 'lost with its machine, and started on another',
};

/** How the steps of a trial compare with the controls. */
export type ResultsOf = (observation: Observation) => readonly StepResult[];

/** Both arms of a minimal pair as they were played; `null` if one of them is not known. */
export function showArms(
  failing: Observation | undefined,
  passing: Observation | undefined,
  resultsOf: ResultsOf,
): Finding['pair'] {
  if (failing === undefined || passing === undefined) return null;
  return { failing: showArm(failing, resultsOf), passing: showArm(passing, resultsOf) };
}

function showArm(observation: Observation, resultsOf: ResultsOf): Arm {
  const { trial, schedule, exchanges, replays } = observation;
  const results = resultsOf(observation);
  return {
    trial,
    disks: schedule.disks,
    processes: Array.from({ length: schedule.processes }, (_, slot) => (isRun(schedule) ? machineName(slot) : slotName(slot))),
    steps: exchanges.map(({ step, by, reply }) => ({
      number: step + 1,
      by,
      before: [...eventsBefore(schedule, step), ...replayedBefore(replays, step)],
      reply: reply.outcome === 'answered' ? String(reply.status) : 'no answer',
      differs: results[step]?.kind === 'different',
    })),
  };
}

function isRun({ axis }: Schedule): boolean {
  return axis === 'leftover';
}

function replayedBefore(replays: Observation['replays'], step: number): string[] {
  const own = replays.filter(({ before }) => before === step);
  const [first] = own;
  if (first === undefined) return [];
  return [`step ${own.map(({ exchange }) => exchange.step + 1).join(', ')} played for it on ${first.exchange.by}`];
}

function describeRestart({ slot, mode, pauseOnly, type, atOnce, idleMs }: Restart): string {
  if (pauseOnly) return 'a pause as long as a restart';
  const isMidst = atOnce === true && type !== undefined;
  const when = isMidst
    ? ', in the midst of the work'
    : atOnce === true
      ? ', right after the reply before'
      : idleMs !== undefined
        ? ', when the work was done'
        : '';
  return `${type ?? slotName(slot)} ${RESTARTS[mode]}${when}`;
}

function eventsBefore({ restarts, wipes, variant, companions, extra }: Schedule, step: number): string[] {
  return [
    ...restarts.filter(({ before }) => before === step).map(describeRestart),
    ...(step === 0 && companions === 'apart' ? ['whoever is asked nothing has a disk of its own'] : []),
    ...(step === 0 && extra !== null ? [`one more process of ${extra} runs`] : []),
    ...wipes.filter(({ before }) => before === step).map(({ slot }) => `${slotName(slot)} loses the files that it has written`),
    ...(variant.kind === 'killed' && step === 0
      ? [variant.ms === null ? 'it is killed as soon as it has written something' : 'it is killed half-way']
      : []),
    ...(variant.kind === 'stranger' && variant.step === step ? ['sent by a stranger'] : []),
    ...(variant.kind === 'forged' && variant.step === step ? ['sent with credentials that were never issued'] : []),
    ...(variant.kind === 'respelled' && variant.step === step ? ['sent with what it was issued, spelled otherwise'] : []),
  ];
}
