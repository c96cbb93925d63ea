import { XMLBuilder } from 'fast-xml-parser';
import type { Finding } from '../../model/finding.ts';
import type { Report, RuleReport, SessionReport, UnjudgedStep } from '../../model/report.ts';
import { isFailure } from '../conclusion.ts';
import { toldDifference } from '../lines/difference-lines.ts';
import { changeTexts, sentence } from '../place.ts';
import { count, harmlessText } from '../text.ts';

interface TestCase {
  readonly name: string;
  /** `failed` and `broken` carry what is to be said of it. */
  readonly outcome: { readonly kind: 'passed' | 'failed' | 'skipped' | 'broken'; readonly message: string; readonly text: string };
}

const PASSED: TestCase['outcome'] = { kind: 'passed', message: '', text: '' };

/** JUnit XML as Jenkins, GitLab and GitHub actions read it: a suite for each session, a test case for each rule and one for what could not be judged. */
export function renderJunit(report: Report): string {
  const suites = report.sessions.map((session, index) => ({
    name: session.name,
    cases: [...report.rules.map((rule) => ruleCase(rule, session, report)), judgedCase(session, index, report)],
  }));
  const ofApp = report.findings.filter(({ step }) => step === null);
  if (ofApp.length > 0) suites.unshift({ name: 'start', cases: ofApp.map((finding) => startCase(finding, report)) });
  const all = suites.flatMap(({ cases }) => cases);
  const builder = new XMLBuilder({ ignoreAttributes: false, format: true, suppressBooleanAttributes: false });
  const tree = {
    '?xml': { '@_version': '1.0', '@_encoding': 'UTF-8' },
    testsuites: {
      '@_name': 'share-nothing',
      ...counts(all),
      ...(report.audited.ms === null ? {} : { '@_time': (report.audited.ms / 1000).toFixed(3) }),
      testsuite: suites.map(({ name, cases }) => ({
        '@_name': plain(name),
        ...counts(cases),
        '@_skipped': cases.filter(({ outcome }) => outcome.kind === 'skipped').length,
        testcase: cases.map((one) => caseElement(one, name)),
      })),
    },
  };
  return builder.build(tree);
}

function counts(cases: readonly TestCase[]): Record<string, number> {
  const of = (kind: string) => cases.filter(({ outcome }) => outcome.kind === kind).length;
  return { '@_tests': cases.length, '@_failures': of('failed'), '@_errors': of('broken') };
}

function caseElement({ name, outcome: { kind, message, text } }: TestCase, suite: string): object {
  const told = { '@_message': plain(message), ...(text === '' ? {} : { '#text': plain(text) }) };
  return {
    '@_classname': `share-nothing.${plain(suite).replaceAll('.', '_')}`,
    '@_name': plain(name),
    ...(kind === 'failed' ? { failure: { ...told, '@_type': 'violation' } } : {}),
    ...(kind === 'broken' ? { error: { ...told, '@_type': 'no-verdict' } } : {}),
    ...(kind === 'skipped' ? { skipped: { '@_message': plain(message) } } : {}),
  };
}

function ruleCase({ id, title, verdict }: RuleReport, { name }: SessionReport, report: Report): TestCase {
  const found = report.findings.filter((finding) => finding.rule === id && finding.session === name);
  return { name: `${id}: ${title}`, outcome: outcomeOf(found, report) ?? unfound(verdict) };
}

/** Of what was found: failed, or skipped where all of it is known; `null`: nothing is to be said of it. */
function outcomeOf(found: readonly Finding[], report: Report): TestCase['outcome'] | null {
  const failures = found.filter((finding) => isFailure(finding, report));
  if (failures[0] !== undefined) return { kind: 'failed', message: failures[0].title, text: failures.map(proof).join('\n\n') };
  const known = found.filter((finding) => finding.known);
  if (known.length === 0) return null;
  const named = known.map(({ fingerprint, title }) => `${title} (${fingerprint})`);
  return { kind: 'skipped', message: `known, in the baseline: ${named.join('; ')}`, text: '' };
}

function unfound(verdict: RuleReport['verdict']): TestCase['outcome'] {
  return 'reason' in verdict ? { kind: 'skipped', message: `${verdict.kind}: ${verdict.reason}`, text: '' } : PASSED;
}

/** What keeps the session from a verdict. */
function judgedCase({ unjudged, coverage }: SessionReport, index: number, { problems }: Report): TestCase {
  const name = 'every step could be judged';
  if (coverage === null) {
    const fatal = problems.findLast(({ session }) => session === index);
    return { name, outcome: { kind: 'broken', message: fatal?.message ?? 'it could not be played', text: fatal?.hint ?? '' } };
  }
  if (unjudged.length === 0) return { name, outcome: PASSED };
  const line = ({ step, request, reason, remedy }: UnjudgedStep) => `step ${step} ${request}: ${reason}. ${remedy}`;
  return {
    name,
    outcome: {
      kind: 'broken',
      message: `${count(unjudged.length, 'step')} could not be judged`,
      text: unjudged.map(line).join('\n'),
    },
  };
}

function startCase(finding: Finding, report: Report): TestCase {
  return { name: `${finding.rule}: ${finding.title}`, outcome: outcomeOf([finding], report) ?? PASSED };
}

/** A finding with what proves it. */
function proof(finding: Finding): string {
  const { confirmed, fix, change, replay, location } = finding;
  const lines = [
    location.line > 0 ? `${location.file}:${location.line}` : location.file,
    sentence(finding),
    ...toldDifference(finding),
    `confirmed ${confirmed.failing}/${confirmed.failingOf} against ${confirmed.passing}/${confirmed.passingOf}`,
    `fix: ${fix}`,
    ...changeTexts(change),
    ...(replay === '' ? [] : [`again: ${replay}`]),
  ];
  return lines.map(plain).join('\n');
}

/** Line by line without what acts or hides, and without what XML 1.0 does not allow. */
function plain(text: string): string {
  const lines = text.split('\n').map((line) => harmlessText(line));
  return lines.join('\n').replace(/[\ufffe\uffff]/g, '');
}
