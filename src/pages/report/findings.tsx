import { useMemo, useState } from 'preact/hooks';
import type { Finding } from '../../model/finding.ts';
import type { Report } from '../../model/report.ts';
import { FindingCard } from './finding.tsx';

/** All findings, and what narrows them down. */
export function Findings({ report }: { report: Report }) {
  const { findings } = report;
  const [rule, setRule] = useState('');
  const [text, setText] = useState('');
  const rules = useMemo(() => [...new Set(findings.map((finding) => finding.rule))], [findings]);
  const shown = findings.filter((finding) => (rule === '' || finding.rule === rule) && holds(finding, text.toLowerCase()));
  return (
    <section aria-labelledby="findings">
      <h2 id="findings">Findings</h2>
      {findings.length === 0 && (
        <p>None. Beside each rule is how often it had an opportunity to fail; coverage tells what was played.</p>
      )}
      {findings.length > 1 && (
        <div class="filters">
          <label>
            Rule{' '}
            <select value={rule} onChange={(event) => setRule(event.currentTarget.value)}>
              <option value="">all</option>
              {rules.map((id) => (
                <option key={id} value={id}>
                  {id}
                </option>
              ))}
            </select>
          </label>
          <label>
            Search <input type="search" value={text} onInput={(event) => setText(event.currentTarget.value)} placeholder="/cart" />
          </label>
          <span role="status">
            {shown.length} of {findings.length} shown
          </span>
        </div>
      )}
      {shown.map((finding) => (
        <FindingCard key={finding.id} finding={finding} report={report} isOpen={findings.length <= 3} />
      ))}
    </section>
  );
}

function holds({ id, rule, title, session, step, dependsOn, files, expected, actual }: Finding, text: string): boolean {
  const requests = [step, ...dependsOn].map((one) => `${one?.name ?? ''} ${one?.request ?? ''}`);
  const all = [id, rule, title, session, ...requests, ...files.map(({ path }) => path), expected.reply, actual.reply];
  return text === '' || all.join('\n').toLowerCase().includes(text);
}
