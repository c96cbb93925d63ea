import type { ClauseReport, Report, RuleReport, Verdict } from '../../model/report.ts';

const SIGNS = { pass: '✓', fail: '✗', inconclusive: '?', 'not-applicable': '–' } as const;

/** A verdict for every clause, with those of its rules; why there is none stands with what was not judged, once for each cause. */
export function Clauses({ report: { clauses, rules, findings } }: { report: Report }) {
  return (
    <section aria-labelledby="clauses">
      <h2 id="clauses">Clauses</h2>
      <ul class="clauses">
        {clauses.map(({ clause, title, verdict }) => (
          <li key={clause} class={verdict.kind}>
            <Sign verdict={verdict} />
            <div>
              <b>{clause}</b> {title}
              <ul class="rules">
                {breaches(findings, clause).map(([rule, ids]) => (
                  <li key={rule} class="fail">
                    <span class="rule">{rule}</span> {ids.join(', ')}
                  </li>
                ))}
                {groups(rules.filter((rule) => isTold(rule, verdict) && rule.clauses.includes(clause))).map(([said, group]) => (
                  <li key={said} class={group[0]?.verdict.kind}>
                    <span class="rule">{group.map(({ id }) => id).join(', ')}</span> {said}
                  </li>
                ))}
              </ul>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Ids of the findings that break a clause, by their rules. */
function breaches(findings: Report['findings'], clause: ClauseReport['clause']): [string, string[]][] {
  const found = new Map<string, string[]>();
  for (const { rule, id, level, clauses } of findings)
    if (level !== 'note' && clauses.includes(clause)) found.set(rule, [...(found.get(rule) ?? []), id]);
  return [...found];
}

/** Beside a finding nobody asks what else may be open because of it. */
function isTold({ level, verdict }: RuleReport, clause: Verdict): boolean {
  return level !== 'note' && verdict.kind !== 'fail' && (clause.kind !== 'fail' || verdict.kind !== 'inconclusive');
}

/** Rules in groups of one verdict, in the order of their first. */
function groups(rules: readonly RuleReport[]): [string, RuleReport[]][] {
  const found = new Map<string, RuleReport[]>();
  for (const rule of rules) found.set(words(rule.verdict), [...(found.get(words(rule.verdict)) ?? []), rule]);
  return [...found];
}

function Sign({ verdict: { kind } }: { verdict: Verdict }) {
  return (
    <span class="sign" role="img" aria-label={kind.replace('-', ' ')}>
      {SIGNS[kind]}
    </span>
  );
}

function words(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'pass':
      return `passed ${verdict.exercised} ${verdict.exercised === 1 ? 'time' : 'times'}`;
    case 'fail':
      return `${verdict.findings} ${verdict.findings === 1 ? 'finding' : 'findings'}`;
    case 'inconclusive':
      return 'inconclusive';
    case 'not-applicable':
      return 'not audited';
  }
}
