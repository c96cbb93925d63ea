import { ranges } from '../model/ranges.ts';
import type { Report, RuleReport, TiedStep, UnjudgedStep } from '../model/report.ts';

/** Steps of one session that could not be judged for one reason. */
export interface OpenSteps {
  readonly session: string;
  /** `step 3 "GET /cart"`, or `steps 2–5`. */
  readonly steps: string;
  readonly reason: string;
  readonly remedy: string;
}

/** Steps without a verdict, once per reason, in the order of their first steps. */
export function openCauses(sessions: Report['sessions']): OpenSteps[] {
  return sessions.flatMap(({ name, unjudged }) =>
    grouped(unjudged, ({ reason }) => reason).map(([first, ...others]) => ({
      session: name,
      steps: others.length === 0 ? `step ${first.step} "${first.request}"` : stepsOf([first, ...others]),
      reason: first.reason,
      remedy: first.remedy,
    })),
  );
}

/** Steps of one session that could be judged only together with earlier ones, because of the same findings. */
export interface Tied {
  readonly session: string;
  readonly steps: string;
  readonly findings: readonly string[];
}

/** Tied steps, once for the findings that tie them. */
export function tiedCauses(sessions: Report['sessions']): Tied[] {
  return sessions.flatMap(({ name, tied }) =>
    grouped(tied, ({ findings }) => findings.join()).map(([first, ...others]) => ({
      session: name,
      steps: stepsOf([first, ...others]),
      findings: first.findings,
    })),
  );
}

/** Rules without a verdict of one kind, once per reason, in the order of rules; notes break nothing, and are left out. */
export function ruleCauses(
  rules: readonly RuleReport[],
  kind: 'inconclusive' | 'not-applicable',
): { readonly reason: string; readonly rules: readonly string[] }[] {
  const open = rules.flatMap(({ id, level, verdict }) =>
    level !== 'note' && verdict.kind === kind ? [{ id, reason: verdict.reason }] : [],
  );
  return grouped(open, ({ reason }) => reason).map(([first, ...others]) => ({
    reason: first.reason,
    rules: [first, ...others].map(({ id }) => id),
  }));
}

function stepsOf(steps: readonly (UnjudgedStep | TiedStep)[]): string {
  return `step${steps.length === 1 ? '' : 's'} ${ranges(steps.map(({ step }) => step))}`;
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): [T, ...T[]][] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
