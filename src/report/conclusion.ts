import type { Finding } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import { count } from './text.ts';

/** The conclusion in words: `conforms`, `does not conform: 2 violations`, `no verdict: …`. */
export function conclusionOf({ conclusion, findings, problems, rules, sessions, reached, interrupted, baseline }: Report): string {
  if (conclusion === 'conforms') return `conforms${leftOut(sessions)}${unreadMeant(sessions)}`;
  if (conclusion === 'does-not-conform') {
    const of = (level: string) => findings.filter((finding) => finding.level === level).length;
    const parts = [
      ...(of('violation') > 0 ? [count(of('violation'), 'violation')] : []),
      ...(of('advice') > 0 ? [`${of('advice')} of advice`] : []),
    ];
    const known = findings.filter((finding) => finding.known && finding.level !== 'note').length;
    const remark = known === 0 ? '' : known === of('violation') + of('advice') ? ', all known' : `, ${known} of them known`;
    return `does not conform: ${parts.join(', ')}${remark}${behind(baseline)}`;
  }
  const open = rules.find(({ verdict }) => verdict.kind === 'inconclusive')?.verdict;
  const unplayed = sessions.some(({ coverage }) => coverage === null);
  const fatal = problems.findLast(({ session }) => session !== null && sessions[session]?.coverage === null) ?? problems[0];
  const reasons = [
    interrupted ? 'interrupted' : undefined,
    reached !== null && reached.writes.length === 0
      ? `the visit reached nothing that changes something${reached.readsOnly === null ? '' : `, as it only read: ${reached.readsOnly}`}`
      : undefined,
    unplayed ? fatal?.message : undefined,
    sessions.some(({ unjudged }) => unjudged.length > 0) ? `${openSteps(sessions)} could not be judged` : undefined,
    open?.kind === 'inconclusive' ? open.reason : undefined,
  ];
  return `no verdict: ${reasons.find((reason) => reason !== undefined) ?? 'nothing could be judged'}`;
}

/** What may hide behind known findings, in words that follow a conclusion. */
function behind(baseline: Report['baseline']): string {
  if (baseline === null || baseline.behind.length === 0) return '';
  const requests = [...new Set(baseline.behind.map(({ request }) => request))].join(', ');
  return `; not judged, as a known finding ties it since: ${requests}`;
}

/** The steps that are left out by default, in words that follow a conclusion. */
function leftOut(sessions: Report['sessions']): string {
  const steps = sessions.flatMap(({ waived }) => waived.filter(({ by }) => by === 'default'));
  if (steps.length === 0) return '';
  const requests = [...new Set(steps.map(({ request }) => request))].join(', ');
  return ` (${count(steps.length, 'step')} left out by default: ${requests}; judge ${steps.length === 1 ? 'it' : 'them'} with --judge-path)`;
}

/** Writes that nothing need show by the session's own word, in words that follow a conclusion. */
function unreadMeant(sessions: Report['sessions']): string {
  const requests = sessions.flatMap(({ effects }) =>
    effects.filter(({ kind }) => kind === 'unread-meant').map(({ request }) => request),
  );
  return requests.length === 0
    ? ''
    : ` (nothing shows what ${[...new Set(requests)].join(', ')} did, as the session says: not tested)`;
}

/** How many steps could not be judged: `4 of 10 steps`. */
export function openSteps(sessions: Report['sessions']): string {
  const of = (number: (session: Report['sessions'][number]) => number) =>
    sessions.reduce((sum, session) => sum + number(session), 0);
  return `${of(({ unjudged }) => unjudged.length)} of ${count(
    of(({ steps }) => steps),
    'step',
  )}`;
}

/** Whether the audit came to its end, and every step was judged or waived, and none is tied that was not when the baseline was written. */
export function isWhole({ interrupted, sessions, baseline }: Report): boolean {
  return (
    !interrupted &&
    (baseline?.behind.length ?? 0) === 0 &&
    sessions.every(({ coverage, unjudged }) => coverage !== null && unjudged.length === 0)
  );
}

/** Whether a finding makes the audit fail. Known ones do not. */
export function isFailure({ level, known }: Finding, { strict }: Report): boolean {
  return !known && (level === 'violation' || (strict && level === 'advice'));
}
