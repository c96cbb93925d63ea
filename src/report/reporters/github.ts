import type { Report } from '../../model/report.ts';
import { conclusionOf, isFailure } from '../conclusion.ts';
import { placeOf, sentence } from '../place.ts';
import { harmlessText } from '../text.ts';

/** GitHub shows no more of each kind for one step of a job. */
const MAX_ANNOTATIONS = 10;

/** Findings as workflow commands, which GitHub Actions shows beside the lines of the sessions. Paths are relative to `folder`. */
export function renderGithub(report: Report, folder: string): string {
  const { findings, conclusion } = report;
  const lines = findings.slice(0, MAX_ANNOTATIONS).map((finding) => {
    const { file, line } = placeOf(finding, report, folder);
    const kind = isFailure(finding, report) ? 'error' : finding.level === 'note' ? 'notice' : 'warning';
    return `::${kind} file=${property(file)},line=${line},title=${property(`share-nothing: ${finding.rule}`)}::${message(`${sentence(finding)} ${finding.fix}`)}`;
  });
  const verdict = conclusion === 'no-verdict' ? [`::error title=share-nothing::${message(conclusionOf(report))}`] : [];
  return [...lines, ...verdict].map((line) => `${line}\n`).join('');
}

function message(text: string): string {
  return harmlessText(text).replaceAll('%', '%25');
}

function property(text: string): string {
  return message(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
