import { fromEvidence, readEvidence } from './evidence/read.ts';
import type { Report } from './model/report.ts';
import { reportOf } from './report-of.ts';

/** Judges saved evidence: a folder, a file, or an output folder (its latest audit). The app is not needed. */
export function judgeFile(path: string, { strict }: { strict: boolean } = { strict: false }): Report {
  const { file, records } = readEvidence(path);
  return fromEvidence(file, () => reportOf(records, strict));
}
