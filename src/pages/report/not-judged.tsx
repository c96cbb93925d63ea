import type { Report } from '../../model/report.ts';
import { openCauses, ruleCauses, tiedCauses } from '../../report/causes.ts';

/** What has no verdict and what was not looked at, once for each cause; what was waived, and what went wrong otherwise. */
export function NotJudged({ report: { sessions, problems, rules, baseline } }: { report: Report }) {
  const unjudged = openCauses(sessions);
  // Where steps are open, that is why rules are.
  const open = unjudged.length > 0 ? [] : ruleCauses(rules, 'inconclusive');
  const unasked = ruleCauses(rules, 'not-applicable');
  const tied = tiedCauses(sessions);
  const waived = sessions.flatMap(({ name, waived }) => waived.map((one) => ({ name, ...one })));
  const unseen = sessions.flatMap(({ name, unseen }) => unseen.map((text) => `${name}: ${text}`));
  const mended = baseline?.mended ?? [];
  const behind = baseline?.behind ?? [];
  const all = [unjudged, open, unasked, tied, behind, mended, waived, problems, unseen];
  if (all.every((list) => list.length === 0)) return null;
  return (
    <section aria-labelledby="not-judged">
      <h2 id="not-judged">Not judged, waived, and remarks</h2>
      <ul class="remarks">
        {problems.map(({ message, hint }) => (
          <li key={message}>
            {message} <small>{hint}</small>
          </li>
        ))}
        {unjudged.map(({ session, steps, reason, remedy }) => (
          <li key={`${session} ${steps}`} class="open">
            <b>not judged</b> {session} {steps}: {reason} <small>{remedy}</small>
          </li>
        ))}
        {open.map(({ reason, rules: ids }) => (
          <li key={reason} class="open">
            <b>inconclusive</b> {reason} <small class="rule">{ids.join(', ')}</small>
          </li>
        ))}
        {tied.map(({ session, steps, findings }) => (
          <li key={`${session} ${steps} tied`}>
            <b>behind {findings.join(', ')}</b> {session} {steps} could not be judged by themselves
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
        {unasked.map(({ reason, rules: ids }) => (
          <li key={reason}>
            <b>not audited</b> <span class="rule">{ids.join(', ')}</span> <small>{reason}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}
