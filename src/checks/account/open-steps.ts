import { FAIL_FAST } from '../../model/coverage.ts';
import { COVERED_MODES, isAssetStep, isOwnStep } from '../../model/evidence.ts';
import type { Observation } from '../../model/observation.ts';
import type { RestartMode } from '../../model/schedule.ts';
import type { StepResult } from '../../oracle/compare/judge-step.ts';
import { isScript } from '../facts/is-script.ts';
import { keptByChance } from '../facts/kept-by-chance.ts';
import type { SessionEvidence } from '../facts/session-evidence.ts';
import { unreadWrites } from '../facts/unread-writes.ts';
import { type OpenStep, waive } from './open-step.ts';

/** Why steps of a session have no verdict: the first reason of a step is the one that counts. */
export function openSteps(evidence: SessionEvidence): OpenStep[] {
  return [
    ...keptByChance(evidence),
    ...unstable(evidence),
    ...told(evidence),
    ...withdrawn(evidence),
    ...seen(evidence),
    ...unreadWrites(evidence),
    ...unplayed(evidence),
  ];
}

/** Steps that the search left aside although nothing else was said of them. */
export function lostSteps({ session, coverage }: SessionEvidence, isKnown: (step: number) => boolean): OpenStep[] {
  if (coverage === null) return [];
  return session.steps.flatMap((_, step) =>
    !isOwnStep(session, step) || coverage.judged.includes(step) || isKnown(step)
      ? []
      : [
          {
            step,
            reason: 'controls disagreed on it while placements were searched, so that it was left aside; later plays agree',
            remedy: `Run the audit again: what settles late is told by more plays, ${waive(step)}.`,
          },
        ],
  );
}

function unstable({ oracle, observations, learned }: SessionEvidence): OpenStep[] {
  const controls = observations.filter(({ schedule }) => schedule.axis === 'control');
  const young = controls.filter(({ schedule }) => schedule.variant.kind === 'plain');
  const aged = controls.find(({ trial, schedule }) => schedule.variant.kind === 'aged' && learned.includes(trial));
  return (oracle?.steps ?? []).flatMap(({ unjudgeable: why }, step) => {
    if (why?.kind !== 'unstable') return [];
    const worn = aged === undefined ? null : wornOut(aged, young, step);
    const chance =
      'One process alone answers it in more than one way, also when it is no longer young and has no other workers: look for chance, an outside cause, or threads and shards inside it';
    const idle =
      'Look at what happens to a process that nobody asks anything: connections that are closed, timers, what it unloads';
    return [{ step, reason: worn ?? why.reason, remedy: `${worn === null ? chance : idle}, ${waive(step)}.` }];
  });
}

/** In words, if a step is answered otherwise by a process that has stood idle, and alike by all young ones; else `null`. */
function wornOut(aged: Observation, young: readonly Observation[], step: number): string | null {
  const statusOf = ({ exchanges }: Observation) => {
    const reply = exchanges[step]?.reply;
    return reply?.outcome === 'answered' ? String(reply.status) : 'nothing';
  };
  const [status, ...others] = [...new Set(young.filter(({ exchanges }) => exchanges.length > step).map(statusOf))];
  const { variant } = aged.schedule;
  if (status === undefined || others.length > 0 || status === statusOf(aged) || variant.kind !== 'aged') return null;
  return `a process that has stood idle for ${variant.ms / 1000} s answers ${statusOf(aged)}, and young ones ${status}`;
}

/** What the search gave up on. */
function told({ problems }: SessionEvidence): OpenStep[] {
  return problems.flatMap(({ step, code, message, hint }) =>
    step !== null && STEP_PROBLEMS.includes(code)
      ? [{ step, reason: message, remedy: `${hint.replace(/\.$/, '')}, ${waive(step)}.`, differed: code === 'flaky' }]
      : [],
  );
}

/** Codes of problems that leave one step without a verdict. */
export const STEP_PROBLEMS: readonly string[] = ['flaky', 'restart-failed', 'done-by-each', 'refused-write', 'unlike-recorded'];

function withdrawn({ withdrawn: list }: SessionEvidence): OpenStep[] {
  return list.map(({ step, failing, passing, again }) => {
    const why =
      again === null
        ? 'by the evidence that is no difference'
        : `one process alone showed such a difference too, and it did not come back when both were played again (trials ${[...again.failing, ...again.passing].join(', ')})`;
    return {
      step,
      reason: `differed in trials ${failing.join(', ')} and not in ${passing.join(', ')}, but ${why}`,
      remedy: `Look for time, chance or an outside service in this step, ${waive(step)}.`,
      differed: true,
    };
  });
}

/** Replies that differed in some trial, up to the first difference of that trial, and were excused or are not explained by a finding. */
function seen({ resultsOf, observations, dependencies, coverage }: SessionEvidence): OpenStep[] {
  const explained = new Set(dependencies.flatMap(({ suspicion }) => [suspicion.step, ...suspicion.affected]));
  const found = new Map<number, OpenStep>();
  const note = (open: OpenStep) => void (found.has(open.step) || found.set(open.step, open));
  for (const observation of observations) {
    const { schedule, trial, broken } = observation;
    if (schedule.axis === 'control' || schedule.variant.kind !== 'plain' || broken !== null) continue;
    // Work that was cut short may be done twice: what that shows is either a finding or none.
    if (schedule.restarts.some(({ atOnce }) => atOnce === true)) continue;
    for (const [step, result] of resultsOf(observation).entries()) {
      if (isExcused(result) && !explained.has(step))
        note({ step, reason: `it differed, but ${result.reason}`, remedy: `Switch that off for the audit, ${waive(step)}.` });
      if (result.kind !== 'different') continue;
      const [first] = result.differences;
      const what = `${first?.path}: ${first?.actual.slice(0, 200)}`;
      if (!explained.has(step))
        note({
          step,
          ...(isEndedEarly(coverage)
            ? {
                reason: `it differed in trial ${trial} as well (${what}), and its cause was not looked for any more`,
                remedy: `Mend the violation, or run the audit again without --fail-fast, ${waive(step)}.`,
              }
            : {
                reason: `it differed in trial ${trial} (${what}), not every time, and no cause was found`,
                remedy: `Look for time, chance or an outside service in this step, ${waive(step)}.`,
              }),
          differed: true,
        });
      break;
    }
  }
  return [...found.values()];
}

/** Whether the search ended at the first violation. */
function isEndedEarly(coverage: SessionEvidence['coverage']): boolean {
  return coverage?.cutShort?.startsWith(FAIL_FAST) ?? false;
}

function isExcused(result: StepResult): result is StepResult & { kind: 'unjudged' } {
  return result.kind === 'unjudged' && (result.why === 'excused' || result.why === 'alike');
}

/** Steps that were never parted from an earlier one, or never preceded by a restart, although no finding forbids it. */
function unplayed({ session, coverage, dependencies, problems }: SessionEvidence): OpenStep[] {
  if (coverage === null || dependencies.length > 0 || isScript(session)) return [];
  // Where the budget was not spent, no larger one helps.
  const { cutShort } = coverage;
  const larger = isEndedEarly(coverage) ? 'Run the audit again without --fail-fast' : 'Run the audit again with a larger --budget';
  const beside = cutShort === null ? 'Mend what keeps a second process from running beside the first' : larger;
  const again = cutShort === null ? 'Run the audit again' : larger;
  const remedy = (step: number) => `${beside}, ${waive(step)}.`;
  const pairs = coverage.pairsUncovered.map(([first, step]) => ({
    step,
    reason: `never answered by another process than step ${first + 1}`,
    remedy: remedy(step),
  }));
  const disks = (coverage.disk?.pairsUncovered ?? []).map(([first, step]) => ({
    step,
    reason: `never answered from another disk than that of step ${first + 1}`,
    remedy: remedy(step),
  }));
  const modes: readonly RestartMode[] = coverage.disk === null ? COVERED_MODES : [...COVERED_MODES, 'relocate'];
  const last = Math.max(0, ...coverage.judged.filter((step) => !isAssetStep(session, step)));
  const boundaries = Array.from({ length: last }, (_, index) => index + 1);
  const failed = problems.some(({ code }) => code === 'restart-failed');
  const restarts = modes.flatMap((mode) => {
    const known = [...coverage.restarts[mode], ...coverage.implied[mode]];
    return boundaries
      .filter((step) => !failed && coverage.judged.includes(step) && !known.includes(step))
      .map((step) => ({ step, reason: `never played after a restart (${mode})`, remedy: `${again}, ${waive(step)}.` }));
  });
  return [...pairs, ...disks, ...restarts];
}
