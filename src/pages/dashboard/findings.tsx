import type { Contradiction } from '../../model/live.ts';
import { Difference } from '../shared/difference.tsx';
import { Replies } from '../shared/replies.tsx';

/** What two processes answered differently, the newest first. */
export function Findings({
  findings,
  isMirroring,
}: {
  findings: readonly (Contradiction & { at: number })[];
  isMirroring: boolean;
}) {
  return (
    <section aria-label="Findings" aria-live="polite">
      <h2>Found by mirroring</h2>
      {findings.length === 0 && (
        <p class="remark">
          {isMirroring
            ? 'Every GET is asked of another process too. As soon as the two answer differently, it is shown here.'
            : 'The mirror is off: nothing is compared.'}
        </p>
      )}
      {findings.toReversed().map((finding) => (
        <article key={`${finding.at} ${finding.path}`} class="finding violation">
          <h3>
            GET {finding.path} <span class="level">likely {finding.likely.rule}</span>
          </h3>
          <p>
            {finding.one} answers <code>{statusOf(finding.replies.one.status)}</code>, {finding.other} answers{' '}
            <code>{statusOf(finding.replies.other.status)}</code>. {finding.likely.why}.
          </p>
          <Difference rows={finding.replies.difference} expected={finding.one} actual={finding.other} />
          <Replies replies={[finding.replies.one, finding.replies.other]} titles={[finding.one, finding.other]} />
        </article>
      ))}
    </section>
  );
}

function statusOf(status: number | null): string {
  return status === null ? 'nothing' : String(status);
}
