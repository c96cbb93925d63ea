import type { Ignore } from '../../model/config.ts';
import { isAssetStep, isOwnStep, type SessionSummary, type Suspicion } from '../../model/evidence.ts';
import { pathMatcher } from '../../model/ignore.ts';
import type { StepStatus, TiedStep, UnjudgedStep, Waiver } from '../../model/report.ts';
import { isOfWorkAlone, isOnDisk } from '../facts/files.ts';
import { isMet, isPartedBehind } from '../facts/looked-behind.ts';
import type { SessionEvidence } from '../facts/session-evidence.ts';
import { dependencyId } from '../findings/id.ts';
import type { OpenStep } from './open-step.ts';
import { lostSteps, openSteps } from './open-steps.ts';

/** Which steps of a session have no verdict of their own, and why. Step numbers are from 1. */
export interface Account {
  readonly unjudged: readonly UnjudgedStep[];
  readonly tied: readonly TiedStep[];
  readonly waived: readonly Waiver[];
  /** What became of every step, in order; `null`: it fetches an asset. */
  readonly statuses: readonly (StepStatus | null)[];
}

/** Draws up the account of a session; what was waived by name or by default is not unjudged. Every step of its own has one status. */
export function account(evidence: SessionEvidence): Account {
  const { session } = evidence;
  const open = openSteps(evidence);
  const bound = tied(evidence);
  const left = leftOut(evidence);
  const isLeft = (step: number) => left.some((one) => one.whole && one.step === step + 1);
  const isTied = (step: number) => bound.some((one) => one.step === step + 1);
  open.push(...lostSteps(evidence, (step) => isLeft(step) || isTied(step) || open.some((one) => one.step === step)));
  // Assets that cannot be judged are none that the user asked for; one that went wrong in a trial may be missed by whoever did.
  const counts = ({ step, differed = false }: OpenStep) => isOwnStep(session, step) || (isAssetStep(session, step) && differed);
  const steps = [...new Set(open.filter(counts).map(({ step }) => step))].sort((a, b) => a - b);
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

function pick({ reason, remedy }: Pick<OpenStep, 'reason' | 'remedy'>): Pick<UnjudgedStep, 'reason' | 'remedy'> {
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

/** Whether a waiver names a step: by `all`, its number from 1, its name, or its request. */
export function isNamed(waiver: string, { steps }: SessionSummary, index: number): boolean {
  const step = steps[index];
  return waiver === 'all' || waiver === String(index + 1) || waiver === step?.name || waiver === `${step?.method} ${step?.target}`;
}

function pathWaiver(target: string | undefined, { paths }: Ignore): string {
  return `--ignore-path ${paths.find((pattern) => pathMatcher([pattern])(target ?? '')) ?? ''}`.trimEnd();
}

/** Later steps of every group that findings keep on one process, or on one disk. */
function tied(evidence: SessionEvidence): TiedStep[] {
  const { coverage, dependencies, session } = evidence;
  const partners = new Map<number, { firsts: Set<number>; by: TiedStep['by'] }>();
  const tie = (first: number, step: number, by: TiedStep['by']) => {
    const known = partners.get(step) ?? { firsts: new Set<number>(), by };
    known.firsts.add(first);
    if (by === 'memory') known.by = by;
    partners.set(step, known);
  };
  const behind = coverage?.behind ?? null;
  for (const [first, step] of coverage?.pinned ?? []) if (!isPartedBehind(behind, first, step)) tie(first, step, 'memory');
  // What only another process had not heard of may have been parted behind; what restarts or disks lose is tied all the same.
  // Work that is lost in its midst is parted from nothing.
  for (const { suspicion } of dependencies.filter((one) => !isMet(behind, one.suspicion) && !isOfWorkAlone(one.suspicion)))
    for (const step of [suspicion.moved, ...suspicion.affected])
      for (const source of suspicion.sources)
        if (source < step && !(suspicion.axis === 'sibling' && isPartedBehind(behind, source, step)))
          tie(source, step, isOnDisk(suspicion) ? 'disk' : 'memory');
  return [...partners]
    .filter(([step]) => !isAssetStep(session, step))
    .sort(([a], [b]) => a - b)
    .map(([step, { firsts, by }]) => ({
      step: step + 1,
      with: [...firsts].sort((a, b) => a - b).map((first) => first + 1),
      by,
      findings: tying(evidence, step, firsts).map(({ suspicion, cause }) => dependencyId(cause, session, suspicion)),
    }));
}

/** The findings that keep a step with these: those that are about both, or else those about either, if possible none that was looked behind. */
function tying({ dependencies, coverage }: SessionEvidence, step: number, firsts: ReadonlySet<number>) {
  const isAbout = ({ suspicion: { moved, affected } }: { suspicion: Suspicion }) => [moved, ...affected].includes(step);
  const both = dependencies.filter((one) => isAbout(one) && one.suspicion.sources.some((source) => firsts.has(source)));
  if (both.length > 0) return both;
  const touches = ({ suspicion: { sources, moved, affected } }: { suspicion: Suspicion }) =>
    [...sources, moved, ...affected].some((one) => firsts.has(one));
  const either = dependencies.filter((one) => isAbout(one) || touches(one));
  const open = either.filter(({ suspicion }) => !isMet(coverage?.behind ?? null, suspicion));
  return open.length > 0 ? open : either;
}
