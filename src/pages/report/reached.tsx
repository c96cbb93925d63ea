import type { Report } from '../../model/report.ts';
import { reachedRows, reachedTitle } from '../../report/lines/reached-lines.ts';

/** What a visit reached, where no session was named, and so what the session does not test. */
export function ReachedRoutes({ report: { reached } }: { report: Report }) {
  if (reached === null) return null;
  return (
    <section aria-labelledby="reached">
      <h2 id="reached">Reached: {reachedTitle(reached)}</h2>
      <dl class="facts">
        {reachedRows(reached, Number.POSITIVE_INFINITY).map(([label, text]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
