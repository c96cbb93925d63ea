import type { Ignore } from '../model/config.ts';
import { COVERED_MODES, type Coverage, isOwnStep, type Problem, type SessionSummary, type Suspicion } from '../model/evidence.ts';
import { pathMatcher } from '../model/ignore.ts';
import type { Observation } from '../model/observation.ts';
import type { StepStatus, TiedStep, UnjudgedStep, Waiver } from '../model/report.ts';
import type { RuleId } from '../model/rule.ts';
import type { RestartMode } from '../model/schedule.ts';
import type { Oracle, StepResult } from '../oracle/oracle.ts';
import type { Dependency } from './dependency.ts';
import { isOnDisk } from './files.ts';
import { dependencyId } from './id.ts';

/** What the evidence says of one session. */
export interface SessionEvidence {
  readonly session: SessionSummary;
  readonly oracle: Oracle | null;
  /** How the steps of a trial compare with the controls; nothing if there is no oracle. */
  readonly resultsOf: (observation: Observation) => readonly StepResult[];
  readonly coverage: Coverage | null;
  readonly problems: readonly Problem[];
  readonly observations: readonly Observation[];
  readonly dependencies: readonly (Dependency & { readonly cause: RuleId })[];
  /** Suspicions that were confirmed, and that the observations bear out no longer. */
  readonly withdrawn: readonly Suspicion[];
  /** Later trials on one process that were learned from. */
  readonly learned: readonly number[];
  readonly ignore: Ignore;
  readonly allowUnjudged: readonly string[];
}

/** Which steps of a session have no verdict of their own, and why. Step numbers are from 1. */
export interface Account {
  readonly unjudged: readonly UnjudgedStep[];
  readonly tied: readonly TiedStep[];
  readonly waived: readonly Waiver[];
  /** What became of every step, in order; `null`: it fetches an asset. */
  readonly statuses: readonly (StepStatus | null)[];
}

interface Open {
  /** From 0. */
  readonly step: number;
  readonly reason: string;
  readonly remedy: string;
}

/** Draws up the account of a session; what was waived by name or by default is not unjudged. Every step of its own has one status. */
export function account(evidence: SessionEvidence): Account {
  const { session } = evidence;
  const open = [...unstable(evidence), ...told(evidence), ...withdrawn(evidence), ...seen(evidence), ...unplayed(evidence)];
  const bound = tied(evidence);
  const left = leftOut(evidence);
  const isLeft = (step: number) => left.some((one) => one.whole && one.step === step + 1);
  const isTied = (step: number) => bound.some((one) => one.step === step + 1);
  open.push(...lost(evidence, (step) => isLeft(step) || isTied(step) || open.some((one) => one.step === step)));
  // Assets that cannot be judged are none that the user asked for.
  const steps = [...new Set(open.map(({ step }) => step))].filter((step) => isOwnStep(session, step)).sort((a, b) => a - b);
  const waiver = (step: number) => evidence.allowUnjudged.find((name) => isNamed(name, session, step));
  const reasonOf = (step: number) => open.find((one) => one.step === step) ?? { reason: '', remedy: '' };
  const allowed = steps.flatMap((step): Waiver[] => {
    const by = waiver(step);
    return by === undefined ? [] : [waived(session, step, { by: `--allow-unjudged ${by}`, more: `: ${reasonOf(step).reason}` })];
  });
  const unjudged = steps
    .filter((step) => waiver(step) === undefined)
    .map((step) => ({ step: step + 1, request: requestOf(session, step), ...pick(reasonOf(step)) }));
  const status = (step: number): StepStatus => {
    if (unjudged.some((one) => one.step === step + 1)) return 'unjudged';
    if (isLeft(step) || allowed.some((one) => one.step === step + 1)) return 'waived';
    return isTied(step) ? 'tied' : evidence.coverage === null ? 'unjudged' : 'judged';
  };
  return {
    unjudged,
    tied: bound,
    waived: [...left, ...allowed],
    statuses: session.steps.map((_, step) => (isOwnStep(session, step) ? status(step) : null)),
  };
}

function pick({ reason, remedy }: Pick<Open, 'reason' | 'remedy'>): Pick<UnjudgedStep, 'reason' | 'remedy'> {
  return { reason, remedy };
}

function requestOf({ steps }: SessionSummary, step: number): string {
  return `${steps[step]?.method ?? ''} ${steps[step]?.target ?? ''}`;
}

function waived(
  session: SessionSummary,
  step: number,
  { by, more = '', whole = true }: { by: string; more?: string; whole?: boolean },
): Waiver {
  const request = requestOf(session, step);
  return { what: whole ? `step ${step + 1} "${request}"${more}` : `step ${step + 1} ${more}`, by, step: step + 1, request, whole };
}

/** Steps and fields that are not compared, by the user's word or by default. */
function leftOut({ session, oracle, ignore }: SessionEvidence): Waiver[] {
  const steps = oracle?.steps ?? [];
  return [
    ...steps.flatMap(({ unjudgeable }, step) => {
      if (!isOwnStep(session, step)) return [];
      if (unjudgeable?.kind === 'ignored') return [waived(session, step, { by: pathWaiver(session.steps[step]?.target, ignore) })];
      return unjudgeable?.kind === 'default' ? [waived(session, step, { by: 'default' })] : [];
    }),
    ...steps.flatMap(({ noise }, step) =>
      noise.flatMap(({ path, as }) =>
        as === 'ignored' ? [waived(session, step, { by: '--ignore-field', more: path, whole: false })] : [],
      ),
    ),
  ];
}

/** Steps that the search left aside although nothing of all this was said of them. */
function lost({ session, coverage }: SessionEvidence, isKnown: (step: number) => boolean): Open[] {
  if (coverage === null) return [];
  return session.steps.flatMap((_, step) =>
    !isOwnStep(session, step) || coverage.judged.includes(step) || isKnown(step)
      ? []
      : [
          {
            step,
            reason: 'controls disagreed on it while placements were searched, so that it was left aside; later plays agree',
            remedy: `Run the audit again: what settles late is told by more plays, ${WAIVE(step)}.`,
          },
        ],
  );
}

/** Whether a waiver names a step: by `all`, its number from 1, its name, or its request. */
export function isNamed(waiver: string, { steps }: SessionSummary, index: number): boolean {
  const step = steps[index];
  return waiver === 'all' || waiver === String(index + 1) || waiver === step?.name || waiver === `${step?.method} ${step?.target}`;
}

function pathWaiver(target: string | undefined, { paths }: Ignore): string {
  return `--ignore-path ${paths.find((pattern) => pathMatcher([pattern])(target ?? '')) ?? ''}`.trimEnd();
}

const WAIVE = (step: number) => `or waive it: --allow-unjudged ${step + 1}`;

function unstable({ oracle }: SessionEvidence): Open[] {
  return (oracle?.steps ?? []).flatMap(({ unjudgeable: why }, step) =>
    why?.kind === 'unstable'
      ? [
          {
            step,
            reason: why.reason,
            remedy: `One process alone answers it in more than one way, also when it is no longer young and has no other workers: look for chance or an outside cause, ${WAIVE(step)}.`,
          },
        ]
      : [],
  );
}

/** What the search gave up on. */
function told({ problems }: SessionEvidence): Open[] {
  return problems.flatMap(({ step, code, message, hint }) =>
    step !== null && STEP_PROBLEMS.includes(code)
      ? [{ step, reason: message, remedy: `${hint.replace(/\.$/, '')}, ${WAIVE(step)}.` }]
      : [],
  );
}

/** Codes of problems that leave one step without a verdict. */
export const STEP_PROBLEMS: readonly string[] = ['flaky', 'restart-failed', 'done-by-each', 'refused-write'];

function withdrawn({ withdrawn: list }: SessionEvidence): Open[] {
  return list.map(({ step, failing, passing, again }) => {
    const why =
      again === null
        ? 'by the evidence that is no difference'
        : `one process alone showed such a difference too, and it did not come back when both were played again (trials ${[...again.failing, ...again.passing].join(', ')})`;
    return {
      step,
      reason: `differed in trials ${failing.join(', ')} and not in ${passing.join(', ')}, but ${why}`,
      remedy: `Look for time, chance or an outside service in this step, ${WAIVE(step)}.`,
    };
  });
}

/** Replies that differed in some trial, up to the first difference of that trial, and were excused or are not explained by a finding. */
function seen({ resultsOf, observations, dependencies }: SessionEvidence): Open[] {
  const explained = new Set(dependencies.flatMap(({ suspicion }) => [suspicion.step, ...suspicion.affected]));
  const found = new Map<number, Open>();
  const note = (open: Open) => void (found.has(open.step) || found.set(open.step, open));
  for (const observation of observations) {
    const { schedule, trial, broken } = observation;
    if (schedule.axis === 'control' || schedule.variant.kind !== 'plain' || broken !== null) continue;
    for (const [step, result] of resultsOf(observation).entries()) {
      if (isExcused(result))
        note({ step, reason: `it differed, but ${result.reason}`, remedy: `Switch that off for the audit, ${WAIVE(step)}.` });
      if (result.kind !== 'different') continue;
      const [first] = result.differences;
      if (!explained.has(step))
        note({
          step,
          reason: `it differed in trial ${trial} (${first?.path}: ${first?.actual.slice(0, 200)}), not every time, and no cause was found`,
          remedy: `Look for time, chance or an outside service in this step, ${WAIVE(step)}.`,
        });
      break;
    }
  }
  return [...found.values()];
}

function isExcused(result: StepResult): result is StepResult & { kind: 'unjudged' } {
  return result.kind === 'unjudged' && (result.why === 'excused' || result.why === 'alike');
}

/** Steps that were never parted from an earlier one, or never preceded by a restart, although no finding forbids it. */
function unplayed({ session, coverage, dependencies, problems }: SessionEvidence): Open[] {
  if (coverage === null || dependencies.length > 0) return [];
  const remedy = (step: number) => `Run the audit again with a larger --budget, ${WAIVE(step)}.`;
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
  const last = Math.max(0, ...coverage.judged.filter((step) => isOwnStep(session, step)));
  const boundaries = Array.from({ length: last }, (_, index) => index + 1);
  const failed = problems.some(({ code }) => code === 'restart-failed');
  const restarts = modes.flatMap((mode) =>
    boundaries
      .filter((step) => !failed && coverage.judged.includes(step) && !coverage.restarts[mode].includes(step))
      .map((step) => ({ step, reason: `never played after a restart (${mode})`, remedy: remedy(step) })),
  );
  return [...pairs, ...disks, ...restarts];
}

/** Later steps of every group that findings keep on one process, or on one disk. */
function tied({ coverage, dependencies, session }: SessionEvidence): TiedStep[] {
  const partners = new Map<number, { firsts: Set<number>; by: TiedStep['by'] }>();
  const tie = (first: number, step: number, by: TiedStep['by']) => {
    const known = partners.get(step) ?? { firsts: new Set<number>(), by };
    known.firsts.add(first);
    if (by === 'memory') known.by = by;
    partners.set(step, known);
  };
  for (const [first, step] of coverage?.pinned ?? []) tie(first, step, 'memory');
  for (const { suspicion } of dependencies)
    for (const step of [suspicion.moved, ...suspicion.affected])
      for (const source of suspicion.sources) if (source < step) tie(source, step, isOnDisk(suspicion) ? 'disk' : 'memory');
  return [...partners]
    .filter(([step]) => isOwnStep(session, step))
    .sort(([a], [b]) => a - b)
    .map(([step, { firsts, by }]) => ({
      step: step + 1,
      with: [...firsts].sort((a, b) => a - b).map((first) => first + 1),
      by,
      findings: dependencies
        .filter(({ suspicion }) =>
          [...suspicion.sources, suspicion.moved, ...suspicion.affected].some((one) => one === step || firsts.has(one)),
        )
        .map(({ suspicion, cause }) => dependencyId(cause, session, suspicion)),
    }));
}
