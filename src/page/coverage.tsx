import type { Report, SessionReport } from '../model/report.ts';

/** What of the search space was really played, session by session. */
export function Coverage({ report: { sessions } }: { report: Report }) {
  return (
    <section aria-labelledby="coverage">
      <h2 id="coverage">Coverage reached</h2>
      {sessions.length === 0 && <p>No session was played.</p>}
      {sessions.map((session) => (
        <div key={session.name} class="coverage">
          <h3>
            {session.name}{' '}
            <small>
              {session.steps} steps{session.assets > 0 ? `, ${session.assets} assets` : ''}
            </small>
          </h3>
          {session.coverage === null ? <p>It could not be played to its end.</p> : <Meters session={session} />}
        </div>
      ))}
    </section>
  );
}

function Meters({ session: { coverage, requests, steps } }: { session: SessionReport }) {
  if (coverage === null) return null;
  const { judged, pairs, pairsUncovered, triples, triplesCovered, restarts, disk, cutShort } = coverage;
  // Assets are not fetched after restarts.
  const boundaries = Math.max(0, steps - 1);
  return (
    <>
      <Meter name="steps judged" value={judged.length} of={requests.length} />
      <Meter name="pairs on two processes" value={pairs - pairsUncovered.length} of={pairs} />
      <Meter name="patterns of three steps" value={triplesCovered} of={triples} />
      <Meter name="restarts: deploy" value={restarts.deploy.length} of={boundaries} />
      <Meter name="restarts: crash" value={restarts.crash.length} of={boundaries} />
      <Meter name="restarts: config change" value={restarts.config.length} of={boundaries} />
      <Meter name="moves to another machine" value={restarts.relocate.length} of={boundaries} />
      {disk !== null && <Meter name="pairs on two disks" value={disk.pairs - disk.pairsUncovered.length} of={disk.pairs} />}
      {cutShort !== null && <p class="remark">Cut short: {cutShort}</p>}
    </>
  );
}

function Meter({ name, value, of }: { name: string; value: number; of: number }) {
  const share = of === 0 ? 0 : Math.min(1, value / of);
  return (
    <div class="meter">
      <span>{name}</span>
      <span class="bar" aria-hidden="true">
        <i style={{ width: `${share * 100}%` }} />
      </span>
      <span class="number">
        {value} of {of}
      </span>
    </div>
  );
}
