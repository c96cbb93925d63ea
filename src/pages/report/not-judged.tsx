import type { Report } from '../../model/report.ts';

/** What has no verdict, what was waived, and what went wrong otherwise. */
export function NotJudged({ report: { sessions, problems, baseline } }: { report: Report }) {
  const unjudged = sessions.flatMap(({ name, unjudged }) => unjudged.map((step) => ({ name, ...step })));
  const tied = sessions.flatMap(({ name, tied }) => tied.map((step) => ({ name, ...step })));
  const waived = sessions.flatMap(({ name, waived }) => waived.map((one) => ({ name, ...one })));
  const unseen = sessions.flatMap(({ name, unseen }) => unseen.map((text) => `${name}: ${text}`));
  const mended = baseline?.mended ?? [];
  const behind = baseline?.behind ?? [];
  if (unjudged.length + tied.length + behind.length + mended.length + waived.length + problems.length + unseen.length === 0)
    return null;
  return (
    <section aria-labelledby="not-judged">
      <h2 id="not-judged">Not judged, waived, and remarks</h2>
      <ul class="remarks">
        {problems.map(({ message, hint }) => (
          <li key={message}>
            {message} <small>{hint}</small>
          </li>
        ))}
        {unjudged.map(({ name, step, request, reason, remedy }) => (
          <li key={`${name} ${step}`} class="open">
            <b>not judged</b> {name} step {step} <code>{request}</code>: {reason} <small>{remedy}</small>
          </li>
        ))}
        {tied.map(({ name, step, with: others, findings }) => (
          <li key={`${name} ${step} tied`}>
            <b>tied</b> {name} step {step} could only be judged together with {others.join(', ')}, because of {findings.join(', ')}
          </li>
        ))}
        {waived.map(({ name, what, by }) => (
          <li key={`${name} ${what} ${by}`}>
            <b>waived</b> {name} {what} <small>{by}</small>
          </li>
        ))}
        {behind.map(({ session, step, request }) => (
          <li key={`${session} ${step}`} class="open">
            <b>behind</b> {session} step {step} <code>{request}</code>: a known finding ties it now, and did not when the baseline
            was written
          </li>
        ))}
        {mended.map(({ fingerprint, rule, requests }) => (
          <li key={fingerprint}>
            <b>mended</b> {rule} <code>{requests.join(' → ')}</code> <small>since {baseline?.file}</small>
          </li>
        ))}
        {unseen.map((text) => (
          <li key={text}>
            <b>not seen</b> {text}
          </li>
        ))}
      </ul>
    </section>
  );
}
