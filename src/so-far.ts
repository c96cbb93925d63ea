import type { EvidenceRecord } from './model/evidence.ts';
import type { Finding } from './model/finding.ts';
import type { Report } from './model/report.ts';

/** What a running audit has shown so far, as it would be judged if it ended now. */
export interface SoFar {
  /** Whether there is a violation. */
  isViolated(): boolean;
  /** Findings that have not been given before. */
  fresh(): Finding[];
}

/** Judges the records of a running audit, anew only where something came to be suspected since. */
export function judgedSoFar(records: readonly EvidenceRecord[], judge: (records: readonly EvidenceRecord[]) => Report): SoFar {
  const given = new Set<string>();
  let seen = 0;
  let last: Report | null = null;
  const report = () => {
    const suspicions = records.filter(({ kind }) => kind === 'suspicion').length;
    if (suspicions > seen) last = judge(records);
    seen = suspicions;
    return last;
  };
  return {
    isViolated: () => report()?.conclusion === 'does-not-conform',
    fresh() {
      const found = (report()?.findings ?? []).filter((finding) => !given.has(nameOf(finding)));
      for (const finding of found) given.add(nameOf(finding));
      return found;
    },
  };
}

/** What is the same finding, however much more is known of it later. */
export function nameOf({ rule, session, step }: Finding): string {
  return `${rule} ${session} ${step?.number ?? ''}`;
}
