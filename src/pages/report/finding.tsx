import type { CodeChange, FileReference, Finding, StepReference } from '../../model/finding.ts';
import type { Report } from '../../model/report.ts';
import { Difference } from '../shared/difference.tsx';
import { Replies } from '../shared/replies.tsx';
import { Lanes } from './lanes.tsx';

/** One finding: the minimal pair, both replies, and what to do. */
export function FindingCard({ finding, report, isOpen }: { finding: Finding; report: Report; isOpen: boolean }) {
  const { id, rule, level, clauses, title, step, location, expected, actual, confirmed, pair, replies, replay } = finding;
  const told = step === null ? [] : [...finding.dependsOn, ...finding.warmedBy, step].map(({ number }) => number);
  return (
    <details class={`finding ${level}`} id={id} open={isOpen}>
      <summary>
        <span class="level">{finding.known ? `known ${level}` : level}</span>
        <span class="rule">{rule}</span>
        <strong>{title}</strong>
        <span class="where">{step === null ? location.file : `${finding.session} step ${step.number} ${step.request}`}</span>
      </summary>
      <dl class="proof">
        <dt>where</dt>
        <dd>
          <code>{location.line > 0 ? `${location.file}:${location.line}` : location.file}</code> · {clauses.join(' ')}
        </dd>
        {finding.dependsOn.length > 0 && (
          <>
            <dt>depends on</dt>
            <dd>
              <Steps steps={finding.dependsOn} />
            </dd>
          </>
        )}
        <dt class="good">expected</dt>
        <dd>
          <code>{expected.reply}</code> {expected.when}
        </dd>
        <dt class="bad">actual</dt>
        <dd>
          <code>{actual.reply}</code> {actual.when}, {confirmed.failing} of {confirmed.failingOf} times
          {confirmed.passingOf > 0 && `, and ${confirmed.passing} of ${confirmed.passingOf} in the other arm`}
        </dd>
        {finding.observations.length > 0 && (
          <>
            <dt>seen</dt>
            <dd>{finding.observations.join('; ')}</dd>
          </>
        )}
        {finding.files.map((file) => (
          <File key={file.path} file={file} />
        ))}
        {finding.alsoAffected.length > 0 && (
          <>
            <dt>also affected</dt>
            <dd>
              <Steps steps={finding.alsoAffected} />
            </dd>
          </>
        )}
        <dt>why</dt>
        <dd>{finding.why}</dd>
        <dt>fix</dt>
        <dd>
          {finding.fix}
          {finding.change !== null && <Change change={finding.change} />}
        </dd>
        {replay !== '' && (
          <>
            <dt>again</dt>
            <dd>
              <code>{replay}</code>
            </dd>
          </>
        )}
      </dl>
      {finding.output.length > 0 && <pre class="output">{finding.output.join('\n')}</pre>}
      {pair !== null && (
        <div class="pair">
          <Lanes arm={pair.passing} title="As expected" told={told} id={id} />
          <Lanes arm={pair.failing} title="With this placement" told={told} id={id} />
        </div>
      )}
      {replies !== null && <Difference rows={replies.difference} expected="Expected" actual="Actual" />}
      {replies !== null && <Replies replies={[replies.expected, replies.actual]} titles={['Expected', 'Actual']} />}
      {(replies === null || replies.difference.length === 0) && finding.differences.length > 0 && (
        <ul class="differences">
          {finding.differences.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
      <p class="remark">
        Trials {finding.trials.failing.join(', ')} against {finding.trials.passing.join(', ') || 'none'}
        {report.sessions.length > 1 && ` of ${finding.session}`}; fingerprint {finding.fingerprint}
      </p>
    </details>
  );
}

/** The fix as code. */
function Change({ change: { framework, file, lines } }: { change: CodeChange }) {
  return (
    <pre class="change">
      <small>
        {file}, for {framework}
      </small>
      {lines.map((line) => (
        <span key={line} class={{ '+': 'good', '-': 'bad' }[line.charAt(0)]}>
          {line}
        </span>
      ))}
    </pre>
  );
}

function Steps({ steps }: { steps: readonly StepReference[] }) {
  return (
    <>
      {steps.map(({ number, name, request }) => (
        <span key={number} class="step">
          {number} {name ?? ''} <code>{request}</code>
        </span>
      ))}
    </>
  );
}

function File({ file: { path, kind, bytes, writtenBy, deleted } }: { file: FileReference }) {
  return (
    <>
      <dt>file</dt>
      <dd>
        <code>{path}</code> {kind}, {deleted ? 'deleted' : `${bytes} bytes, written`}{' '}
        {writtenBy === null ? 'at boot' : `by step ${writtenBy.number} ${writtenBy.request}`}
      </dd>
    </>
  );
}
