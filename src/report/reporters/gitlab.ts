import type { Report } from '../../model/report.ts';
import { placeOf, sentence } from '../place.ts';
import { harmlessText } from '../text.ts';

const SEVERITIES = { violation: 'major', advice: 'minor', note: 'info' } as const;

/** Findings in the format of GitLab's code quality (a part of Code Climate's). Paths are relative to `folder`. */
export function renderGitlab(report: Report, folder: string): string {
  const issues = report.findings.map((finding) => {
    const { file, line } = placeOf(finding, report, folder);
    return {
      description: harmlessText(sentence(finding)),
      check_name: finding.rule,
      // Alike only if they are about the same requests of the same session.
      fingerprint: `${finding.fingerprint}-${finding.id}`,
      severity: SEVERITIES[finding.level],
      location: { path: file, lines: { begin: line } },
    };
  });
  return `${JSON.stringify(issues, null, 2)}\n`;
}
