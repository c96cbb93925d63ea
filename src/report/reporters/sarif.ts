import type { Location, Log, Notification, ReportingDescriptor, Result } from 'sarif';
import type { Finding, StepReference } from '../../model/finding.ts';
import type { Report, RuleReport } from '../../model/report.ts';
import { conclusionOf } from '../conclusion.ts';
import { toldDifference } from '../lines/difference-lines.ts';
import { changeTexts, placeOf, sentence } from '../place.ts';
import { harmlessText } from '../text.ts';

const LEVELS = { violation: 'error', advice: 'warning', note: 'note' } as const;

/** SARIF 2.1.0 (OASIS): a result for each finding, at the line of its step; paths are relative to `folder`. */
export function renderSarif(report: Report, folder: string): string {
  const { tool, seed, rules, findings, conclusion } = report;
  const log: Log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'share-nothing', version: tool, rules: rules.map(descriptor) } },
        originalUriBaseIds: { SRCROOT: { description: { text: 'the root of the checkout' } } },
        invocations: [
          {
            executionSuccessful: conclusion !== 'no-verdict',
            exitCode: { conforms: 0, 'does-not-conform': 1, 'no-verdict': 2 }[conclusion],
            toolExecutionNotifications: notifications(report),
          },
        ],
        results: findings.map((finding) => resultOf(finding, report, folder)),
        properties: { conclusion, seed },
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** What is true of a rule whatever the app: what is said of this one stands in its results. */
function descriptor({ id, title, why, fix, level, clauses }: RuleReport): ReportingDescriptor {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: fix },
    defaultConfiguration: { level: LEVELS[level] },
    properties: { tags: ['twelve-factor', 'factor-vi', ...clauses] },
  };
}

function resultOf(finding: Finding, report: Report, folder: string): Result {
  const { rule, level, fingerprint, dependsOn, warmedBy, session, confirmed, why, fix, change, replay } = finding;
  const { file, line } = placeOf(finding, report, folder);
  const told = [
    sentence(finding),
    ...toldDifference(finding),
    `Confirmed ${confirmed.failing}/${confirmed.failingOf} against ${confirmed.passing}/${confirmed.passingOf}.`,
    why,
    fix,
    ...changeTexts(change),
    ...(replay === '' ? [] : [`Play it again: ${replay}`]),
  ];
  const steps = report.sessions.find(({ name }) => name === session)?.requests ?? [];
  const related = (step: StepReference, what: string) => ({
    ...locationAt(file, steps.find(({ number }) => number === step.number)?.line ?? 1),
    message: { text: harmlessText(`${what}: step ${step.number} ${step.request}`) },
  });
  return {
    ruleId: rule,
    ruleIndex: report.rules.findIndex(({ id }) => id === rule),
    level: LEVELS[level],
    message: { text: told.map((text) => harmlessText(text)).join('\n') },
    locations: [locationAt(file, line)],
    relatedLocations: [
      ...dependsOn.map((step) => related(step, 'it depends on')),
      ...warmedBy.map((step) => related(step, 'which left a stale copy')),
    ],
    ...(report.baseline === null ? {} : { baselineState: finding.known ? 'unchanged' : 'new' }),
    ...(finding.known ? { suppressions: [{ kind: 'external', justification: 'in the baseline' }] } : {}),
    partialFingerprints: { 'shareNothing/v1': fingerprint },
  };
}

function locationAt(file: string, line: number): Location {
  const isInside = !file.startsWith('/') && !/^[A-Za-z]:\//.test(file);
  const uri = file.split('/').map(encodeURIComponent).join('/');
  const artifactLocation = isInside ? { uri, uriBaseId: 'SRCROOT' } : { uri: `file://${uri.startsWith('/') ? '' : '/'}${uri}` };
  return { physicalLocation: { artifactLocation, region: { startLine: Math.max(1, line) } } };
}

/** What kept the audit from more, and its conclusion. */
function notifications(report: Report): Notification[] {
  const level = report.conclusion === 'no-verdict' ? 'error' : 'note';
  const problems = report.problems.map(({ message, hint }) => `${message}. ${hint}`);
  const unjudged = report.sessions.flatMap(({ name, unjudged }) =>
    unjudged.map(({ step, request, reason, remedy }) => `${name} step ${step} ${request}: ${reason}. ${remedy}`),
  );
  return [
    { level, message: { text: harmlessText(conclusionOf(report)) } },
    ...[...problems, ...unjudged].map((text): Notification => ({ level: 'warning', message: { text: harmlessText(text) } })),
  ];
}
