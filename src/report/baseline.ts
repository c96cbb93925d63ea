import type { Finding } from '../model/finding.ts';
import type { BaselineEntry, Report } from '../model/report.ts';
import { isWhole } from './conclusion.ts';

/** What a baseline keeps of a report's findings, in a stable order. */
export function baselineOf({ findings }: Report): BaselineEntry[] {
  const entries = findings.map(entryOf);
  return entries.sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : a.fingerprint > b.fingerprint ? 1 : 0));
}

/** The report with known findings marked, and what of the baseline is mended. `file`: what it was read from. */
export function againstBaseline(report: Report, file: string, entries: readonly BaselineEntry[]): Report {
  const { fresh, gone } = compareFindings(entries, report.findings);
  const findings = report.findings.map((finding) => ({ ...finding, known: !fresh.includes(finding) }));
  // What was not looked for is not mended.
  const asked = report.rules.filter(({ verdict }) => verdict.kind !== 'not-applicable').map(({ id }) => id as string);
  return {
    ...report,
    findings,
    baseline: { file, mended: isWhole(report) ? gone.filter(({ rule }) => asked.includes(rule)) : [] },
  };
}

/** What changed from one report to a later one. */
export interface Changes {
  readonly fresh: readonly Finding[];
  readonly gone: readonly BaselineEntry[];
  readonly left: readonly Finding[];
}

/** Findings that are new, gone and left; those with the same fingerprint are counted. */
export function compareFindings(before: readonly BaselineEntry[], findings: readonly Finding[]): Changes {
  const open = [...before];
  const left = findings.filter(({ fingerprint }) => {
    const at = open.findIndex((entry) => entry.fingerprint === fingerprint);
    if (at !== -1) open.splice(at, 1);
    return at !== -1;
  });
  return { fresh: findings.filter((finding) => !left.includes(finding)), gone: open, left };
}

/** A finding as a baseline keeps it: the fingerprint counts, the rest is for people. */
function entryOf({ fingerprint, rule, step, dependsOn }: Finding): BaselineEntry {
  return { fingerprint, rule, requests: [...dependsOn, ...(step === null ? [] : [step])].map(({ request }) => request) };
}
