import { durationWords } from '../../model/duration.ts';
import type { Finding } from '../../model/finding.ts';
import type { Report, Verdict } from '../../model/report.ts';
import { openCauses, tiedCauses } from '../causes.ts';
import { conclusionOf } from '../conclusion.ts';
import { differenceTexts } from '../lines/difference-lines.ts';
import { reachedRows, reachedTitle } from '../lines/reached-lines.ts';
import { stateRows } from '../lines/state-lines.ts';
import { changeTitle, placeOf } from '../place.ts';
import { count, harmlessText } from '../text.ts';

const SIGNS: Readonly<Record<Report['conclusion'], string>> = { conforms: '✅', 'does-not-conform': '❌', 'no-verdict': '⚠️' };
/** Comments and summaries have limits, and readers too. */
const MAX_FINDINGS = 30;
const MAX_LINES = 50;

/** The report as GitHub-flavoured Markdown: a job summary, or a comment on a pull request. Paths are relative to `folder`. */
export function renderMarkdown(report: Report, folder: string): string {
  const { conclusion, findings, trials, seed, clauses, problems, sessions, audited } = report;
  const unjudged = [
    ...openCauses(sessions).map(
      ({ session, steps, reason, remedy }) => `- ${code(`${session} ${steps}`)}: ${words(reason)}. ${words(remedy)}`,
    ),
    ...tiedCauses(sessions).map(
      ({ session, steps, findings }) =>
        `- behind ${findings.join(', ')}: ${code(`${session} ${steps}`)} could not be judged by themselves`,
    ),
  ];
  const blocks = [
    `## ${SIGNS[conclusion]} Factor VI: ${words(conclusionOf(report))}`,
    ...findings.slice(0, MAX_FINDINGS).map((finding) => section(finding, report, folder)),
    findings.length > MAX_FINDINGS ? `and ${count(findings.length - MAX_FINDINGS, 'more finding')}` : '',
    problems.length === 0 ? '' : problems.map(({ message, hint }) => `- ${words(message)}. ${words(hint)}`).join('\n'),
    unjudged.length === 0 ? '' : `**Not judged**\n\n${unjudged.slice(0, MAX_LINES).join('\n')}`,
    [
      '| clause | | verdict |',
      '|---|---|---|',
      ...clauses.map(({ clause, title, verdict }) => `| ${clause} | ${title} | ${verdictWords(verdict)} |`),
    ].join('\n'),
    stateTable(report),
    reachedList(report),
    mended(report),
    `${count(trials, 'trial')}${audited.ms === null ? '' : ` in ${durationWords(audited.ms)}`}, seed ${seed}${audited.commit === null ? '' : `, commit ${code(audited.commit)}`}, ${audited.at.slice(0, 10)}`,
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function stateTable(report: Report): string {
  const rows = stateRows(report, report.app.cwd);
  if (rows.length === 0) return '';
  const lines = rows.map(
    ([what = '', place = '', rest = '']) => `| ${words(what)} | ${words(place)} | ${rest === '' ? '' : code(rest)} |`,
  );
  return ['**Where state lives**', '', '| what | place | there |', '|---|---|---|', ...lines].join('\n');
}

function reachedList({ reached }: Report): string {
  if (reached === null) return '';
  const lines = reachedRows(reached, MAX_LINES).map(([label, text]) => `- ${label}: ${words(text)}`);
  return [`**Reached: ${words(reachedTitle(reached))}**`, '', ...lines].join('\n');
}

function mended({ baseline }: Report): string {
  if (baseline === null || baseline.mended.length === 0) return '';
  const lines = baseline.mended.map(({ rule, requests }) => `- ${code(rule)} ${code(requests.join(' → '))}`);
  return `**Mended since ${code(baseline.file)}**\n\n${lines.join('\n')}`;
}

function section(finding: Finding, report: Report, folder: string): string {
  const { rule, level, title, step, expected, actual, confirmed, files, observations, why, fix, change, replay } = finding;
  const { file, line } = placeOf(finding, report, folder);
  const rows = [
    ['where', `${code(`${file}:${line}`)}${step === null ? '' : ` step ${step.number} ${code(step.request)}`}`],
    ['expected', `${code(expected.reply)} ${words(expected.when)}`],
    [
      'actual',
      `${code(actual.reply)} ${words(actual.when)} (${confirmed.failing}/${confirmed.failingOf} against ${confirmed.passing}/${confirmed.passingOf})`,
    ],
    ...files.map(({ path }) => ['file', code(path)]),
    ...(observations.length === 0 ? [] : [['seen', words(observations.join('; '))]]),
    ['why', words(why)],
    ['fix', words(fix)],
    ...(replay === '' ? [] : [['again', code(replay)]]),
  ];
  return [
    `### ${level === 'note' ? '·' : '✗'} \`${rule}\` ${words(title)}${finding.known ? ' (known)' : ''}`,
    '',
    '| | |',
    '|---|---|',
    ...rows.map(([label, text]) => `| ${label} | ${text} |`),
    ...diffBlock(differenceTexts(finding.replies?.difference ?? [])),
    ...(change === null ? [] : ['', `The fix in ${words(changeTitle(change))}:`, ...diffBlock(change.lines)]),
  ].join('\n');
}

/** Lines that begin with `+`, `-` or a space, as a diff that GitHub colours. */
function diffBlock(lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
  const fence = '`'.repeat(longest + 1);
  return ['', `${fence}diff`, ...lines, fence];
}

function verdictWords(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'pass':
      return `✓ pass × ${verdict.exercised}`;
    case 'fail':
      return `✗ ${count(verdict.findings, 'finding')}`;
    case 'inconclusive':
      return `? inconclusive: ${words(verdict.reason)}`;
    case 'not-applicable':
      return 'not audited';
  }
}

/** Text of which nothing is markup, and nobody is mentioned. */
function words(text: string): string {
  return harmlessText(text)
    .replace(/[&<>@#]/g, (char) => `&#${char.charCodeAt(0)};`)
    .replace(/[\\`*_[\]|~!]/g, (char) => `\\${char}`)
    .replace(/\b(https?):\/\//gi, '$1:&#47;&#47;')
    .replace(/\bwww\./gi, 'www&#46;');
}

/** Text as code, also within a table. */
function code(text: string): string {
  const plain = harmlessText(text).replaceAll('|', '\\|');
  const longest = Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = /^`|`$|^ .* $/.test(plain) || plain === '' ? ' ' : '';
  return `${fence}${space}${plain}${space}${fence}`;
}
