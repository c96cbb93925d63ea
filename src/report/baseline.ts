import type { Finding } from '../model/finding.ts';
import type { BaselineEntry, Report } from '../model/report.ts';
import { kindOfRequest } from '../model/request-kind.ts';
import { isWhole } from './conclusion.ts';

/** What a baseline keeps of a report's findings, in a stable order. */
export function baselineOf(report: Report): BaselineEntry[] {
  const entries = report.findings.map((finding) => entryOf(finding, report));
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
    baseline: {
      file,
      mended: isWhole(report) ? gone.filter(({ rule }) => asked.includes(rule)) : [],
      behind: behindKnown(report, entries, fresh),
    },
  };
}

/** Steps that only known findings tie now, and that none of these tied then. */
function behindKnown(
  { sessions, findings }: Report,
  entries: readonly BaselineEntry[],
  fresh: readonly Finding[],
): NonNullable<Report['baseline']>['behind'] {
  return sessions.flatMap(({ name, tied, requests }) =>
    tied.flatMap(({ step, findings: ids }) => {
      const own = findings.filter(({ id, session }) => session === name && ids.includes(id));
      const request = requests.find(({ number }) => number === step)?.request ?? '';
      const wasTied = entries.some(
        (entry) => entry.tied.includes(kindOfRequest(request)) && own.some(({ fingerprint }) => fingerprint === entry.fingerprint),
      );
      return own.length === 0 || wasTied || own.some((finding) => fresh.includes(finding))
        ? []
        : [{ session: name, step, request }];
    }),
  );
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
function entryOf({ id, session, fingerprint, rule, step, dependsOn }: Finding, { sessions }: Report): BaselineEntry {
  const { tied = [], requests = [] } = sessions.find(({ name }) => name === session) ?? {};
  const own = tied.filter(({ findings }) => findings.includes(id)).map((one) => one.step);
  const kinds = requests.filter(({ number }) => own.includes(number)).map(({ request }) => kindOfRequest(request));
  return {
    fingerprint,
    rule,
    requests: [...dependsOn, ...(step === null ? [] : [step])].map(({ request }) => request),
    tied: [...new Set(kinds)].sort(),
  };
}
